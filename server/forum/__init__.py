"""The forum's pages and API: reading, asking, discussing, moderating."""
