"""Notices: their page and bell, watch menus, preferences, mail that comes in, and web push."""
