"""Articles that need a look, for those who write them."""
