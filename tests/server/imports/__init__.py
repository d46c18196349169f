"""Addresses from before."""
