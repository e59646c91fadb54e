"""Strangers' addons: their folders are material here, and none of their own tests is run from it."""

from __future__ import annotations

collect_ignore = ["strangers"]
