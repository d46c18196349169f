"""What to show inside the product."""
