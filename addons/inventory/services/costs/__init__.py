"""What goods cost: the methods, and what happens to a pool of goods that are valued together."""
