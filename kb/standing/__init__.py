"""Trust that is earned by reading and helping, and lost; badges for problems solved."""
