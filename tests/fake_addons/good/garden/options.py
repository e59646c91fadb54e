"""The garden's options."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class GardenOptions:
    """How the garden is kept."""

    season_days: int = 120
    water_litres: Decimal = Decimal("2.50")
    motto: str = "Grow"
