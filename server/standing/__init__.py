"""Trust and badges, as pages and for programs."""
