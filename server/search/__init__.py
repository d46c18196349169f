"""Searching, and suggestions while typing, over HTTP."""
