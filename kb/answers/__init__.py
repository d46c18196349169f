"""Answers, articles and the ledger of their reuse."""
