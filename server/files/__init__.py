"""Uploading and serving files."""
