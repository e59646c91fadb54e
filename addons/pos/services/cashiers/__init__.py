"""Cashiers and their PINs."""
