"""Reordering: when goods run low, how much of them to get, and from where."""
