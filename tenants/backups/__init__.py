"""Backups: made by themselves, sealed, kept elsewhere, and each of them proven by restoring it."""
