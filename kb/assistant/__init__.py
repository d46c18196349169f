"""Answers in conversation, out of what people may read, and the way from there to somebody at the desk."""
