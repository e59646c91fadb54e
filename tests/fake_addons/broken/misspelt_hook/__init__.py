"""A hook that nobody calls."""
