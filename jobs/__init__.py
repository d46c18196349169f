"""Background work: messages and the clock in, calls to kb out."""
