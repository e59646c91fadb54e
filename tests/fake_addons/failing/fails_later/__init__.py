"""Its second migration fails in the middle."""
