"""Needs what is not there."""
