"""What somebody needs who writes a program against this service."""
