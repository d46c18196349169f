"""Looking at what is about to be posted: whether it waits for a moderator, is pointed out to them, or is refused."""
