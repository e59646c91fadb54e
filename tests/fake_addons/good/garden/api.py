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


__all__ = ["READ", "PlantSown", "PlantWithered", "Watering", "names", "sow"]
