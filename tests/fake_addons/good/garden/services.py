"""What can be done in a garden."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.api import emit
from tests.fake_addons.good.garden.events import PlantSown
from tests.fake_addons.good.garden.models import Plant


def sow(session: Session, name: str, seeds: Decimal = Decimal("1.50")) -> Plant:
    """Put a plant into the soil and say so."""
    plant = Plant(name=name)
    session.add(plant)
    session.flush()
    emit(session, PlantSown(plant.id, name, seeds, date(2026, 3, 1)))
    return plant


def names(session: Session) -> list[str]:
    """All plants by name."""
    return list(session.scalars(select(Plant.name).order_by(Plant.name)))
