"""Proposals to promote, for those who decide them."""
