"""Messages to people: their inbox, the live stream, and for staff why each was sent or not."""
