"""Telling people what happens in what they watch: levels, notices, preferences, mail, digests and web push."""
