"""Finds what is wrong with a company's platform, and what can be done about it."""
