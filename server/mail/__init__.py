"""Mail: programs hand it in, staff look at what could not be handled."""
