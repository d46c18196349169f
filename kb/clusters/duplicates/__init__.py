"""Asked before: marking, confirming, contesting and undoing duplicates. README of the room above."""
