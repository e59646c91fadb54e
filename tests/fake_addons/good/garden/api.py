"""What other addons may use of the garden."""

from __future__ import annotations

from typing import Protocol

from tests.fake_addons.good.garden.events import PlantSown, PlantWithered
from tests.fake_addons.good.garden.permissions import READ
from tests.fake_addons.good.garden.services import names, sow


class Watering(Protocol):
    """A way to water plants."""

    def water(self, name: str) -> str:
        """Water one plant; returns a sentence."""
        ...


class Stall(Protocol):
    """Sells what the garden grew."""

    def sell(self, name: str) -> str:
        """Sell one plant; returns a sentence."""
        ...


__all__ = ["READ", "PlantSown", "PlantWithered", "Stall", "Watering", "names", "sow"]
