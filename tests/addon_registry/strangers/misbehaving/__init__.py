"""An addon that nobody should install."""
