"""Keeping the conversation worth reading: flags, the review queue, decisions that can be undone, and their log."""
