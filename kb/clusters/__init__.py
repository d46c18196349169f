"""Questions that want the same answer."""
