"""Pages for those who build the product."""
