"""Drafts: saved while one types, listed, taken up again."""
