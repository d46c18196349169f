"""HTTP and the command line in; pages, JSON and lines out."""
