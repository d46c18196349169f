"""The language of an answer."""
