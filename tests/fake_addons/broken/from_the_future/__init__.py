"""Needs a newer core."""
