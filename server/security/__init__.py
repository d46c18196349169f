"""Sessions, guards, headers and limits of the web process."""
