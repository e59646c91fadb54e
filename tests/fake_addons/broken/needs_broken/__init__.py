"""Depends on one that cannot be imported."""
