"""Asking in private."""
