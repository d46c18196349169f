"""The demo community and its loader."""
