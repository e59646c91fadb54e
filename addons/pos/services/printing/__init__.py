"""Printers that a till reaches by way of the server."""
