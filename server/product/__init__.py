"""Triage and issues, for product managers; trackers' webhooks."""
