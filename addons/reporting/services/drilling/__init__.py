"""From a figure down to what it is made of."""
