"""Fills a company of the pictures through the product's own services."""

from __future__ import annotations

from pictures.filling.company import fill

__all__ = ["fill"]
