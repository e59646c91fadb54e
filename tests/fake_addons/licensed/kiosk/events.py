"""What the kiosk tells others."""

from __future__ import annotations

from dataclasses import dataclass

from core.api import Event


@dataclass(frozen=True, slots=True)
class Sold(Event, name="kiosk.Sold"):
    """Something was sold."""

    sale_id: int
