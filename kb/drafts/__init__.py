"""What people have written and not sent yet."""
