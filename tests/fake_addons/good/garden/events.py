"""What happens in a garden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.api import Event


@dataclass(frozen=True, slots=True)
class PlantSown(Event, name="garden.PlantSown"):
    """A plant was put into the soil."""

    plant_id: int
    name: str
    seeds: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class PlantWithered(Event, name="garden.PlantWithered"):
    """A plant is no more. Nobody reacts to it."""

    plant_id: int
