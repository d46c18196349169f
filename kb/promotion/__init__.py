"""Proposals to promote what is reused to an article, and what is answered and still asked to an issue."""
