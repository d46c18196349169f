"""What comes in by mail: what a raw mail says, and of what kind it is."""
