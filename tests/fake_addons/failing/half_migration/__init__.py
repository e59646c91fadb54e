"""Its only migration fails in the middle."""
