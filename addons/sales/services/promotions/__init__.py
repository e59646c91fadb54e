"""Promotions: what they are, which of them give something on a document, and what they gave."""
