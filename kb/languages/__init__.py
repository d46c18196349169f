"""Which languages are spoken, and how anything is said in them."""
