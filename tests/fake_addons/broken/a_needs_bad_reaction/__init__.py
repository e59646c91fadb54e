"""Loads before its dependency is found out."""
