"""Talking with the assistant: a page of the forum, the chat of the widget, and what staff keep flows with."""
