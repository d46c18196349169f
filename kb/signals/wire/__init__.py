"""What libraries put on the wire, turned into our own events. Pure: bytes in, events or a refusal out."""
