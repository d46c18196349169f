"""The knowledge base: its pages, its writing desk, and the ledger's door."""
