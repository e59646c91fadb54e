"""Suppliers' bills: proposed, matched, posted, released."""
