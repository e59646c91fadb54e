"""No extension, though it says so."""

from __future__ import annotations

EXTENSIONS = ("a stall",)
