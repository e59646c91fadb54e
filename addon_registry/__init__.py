"""Addon packages: built, signed, audited, published, installed and licensed."""
