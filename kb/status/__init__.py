"""What is wrong with the product just now, told to everybody."""
