"""The signals room's doors: the wires that bring events in, and the page that searches them."""
