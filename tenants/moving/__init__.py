"""Moves organizations to another database server while people work in them, and shows how far."""
