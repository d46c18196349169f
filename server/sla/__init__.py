"""What customers are promised, on pages and for programs."""
