"""The command line: a door like HTTP, for operators."""
