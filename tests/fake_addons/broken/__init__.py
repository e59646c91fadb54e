"""Addons that each have one thing wrong."""
