"""Goods that a supplier brings to the customer himself: asked for, handed over, taken back."""
