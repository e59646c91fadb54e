"""Addons that work, together using every hook."""
