"""What is wrong with the product just now: the status page, its API, and the line above the forum's pages."""
