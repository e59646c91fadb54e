"""Closing a period: the checklist, its steps, and the closing itself."""
