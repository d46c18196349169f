"""Bringing in what was asked elsewhere."""
