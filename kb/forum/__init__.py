"""The forum: spaces, topics and posts; votes, me-too and the accepted answer."""
