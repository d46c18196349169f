"""Replies that agents keep under a name, with places that are filled in for each ticket."""
