"""Uploaded pictures and other files: taken in, kept, shown to whom what uses them is shown, and forgotten."""
