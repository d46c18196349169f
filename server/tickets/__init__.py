"""Private requests: the customer's pages, the agents' desk, and the same for programs."""
