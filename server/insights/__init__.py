"""The state of the loop."""
