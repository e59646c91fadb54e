"""Targets of sales: what people, teams and categories shall sell, and how far they are."""
