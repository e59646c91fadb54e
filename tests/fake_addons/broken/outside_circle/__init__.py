"""Depends on a circle."""
