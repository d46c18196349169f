"""Signing in and up, profiles, the list of people and their timelines, API keys."""
