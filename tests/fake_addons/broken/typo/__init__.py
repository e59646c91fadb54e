"""A manifest with a misspelt key."""
