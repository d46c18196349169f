"""The page of the made-up product, served while the demo community is loaded."""
