"""What suggestions really spare: a small part of those who ask is given the form without them."""
