"""Depends in a circle."""
