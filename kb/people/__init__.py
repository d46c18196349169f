"""Persons, accounts, sessions, keys and identity."""
