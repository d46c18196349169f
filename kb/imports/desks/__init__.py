"""Tickets of other support desks: read by one file a source, stored by one path."""
