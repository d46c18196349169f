"""What every room stands on: settings, errors, permissions, the unit of work and the outbox."""
