"""Keeps open pages fresh: which records changed, told at once and caught up with later."""
