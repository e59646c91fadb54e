"""Companies with a catalog."""
