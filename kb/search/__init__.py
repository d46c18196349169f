"""Finding everything readable; suggestions while typing."""
