"""Refuses to be disabled."""
