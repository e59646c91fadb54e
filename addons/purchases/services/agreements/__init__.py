"""Agreements with suppliers, their price lists, and templates of orders."""
