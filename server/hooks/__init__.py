"""Webhooks as pages and for programs."""
