"""Pain points, issues, releases, closing."""
