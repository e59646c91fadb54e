"""Recurring entries: when they fall due, and making them once for each day."""
