"""A register hook that raises."""
