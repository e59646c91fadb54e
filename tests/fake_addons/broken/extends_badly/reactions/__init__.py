"""One, and it is wrong."""
