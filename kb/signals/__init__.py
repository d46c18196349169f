"""Signals: events from the product, the detectors over them, episodes and friction points."""
