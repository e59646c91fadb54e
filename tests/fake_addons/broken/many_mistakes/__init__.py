"""Declares whatever is impossible."""
