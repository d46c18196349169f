"""Predefined ways through a conversation, written in YAML by staff."""
