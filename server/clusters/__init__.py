"""Clusters for the people who work with them, over HTTP."""
