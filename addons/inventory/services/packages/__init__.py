"""Packages: numbered, packed, moved as a whole, and what they weigh."""
