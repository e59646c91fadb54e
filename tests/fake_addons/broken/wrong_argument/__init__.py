"""A hook that asks for what it does not get."""
