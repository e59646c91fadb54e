"""A sample company beside one's own: made, entered and erased at a click."""
