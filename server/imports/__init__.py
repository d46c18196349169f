"""Addresses that things had before they came here."""
