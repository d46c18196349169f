"""What to show in the product, where: the help API and the widget."""
