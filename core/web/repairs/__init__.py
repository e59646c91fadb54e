"""The page of everything that needs repair."""
