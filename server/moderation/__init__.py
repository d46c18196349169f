"""Flagging, the review queue, its log and its canned reasons: pages and API."""
