"""Counts: what is really there."""
