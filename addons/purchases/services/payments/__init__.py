"""Payments to suppliers, and what is set against bills."""
