"""Speaking to people: triggers, decisions, claims, messages."""
