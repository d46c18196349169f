"""The state of the loop and what it amounts to."""
