"""Texts: rendering, converting, cleaning, cutting and redacting. Pure functions, no database."""
