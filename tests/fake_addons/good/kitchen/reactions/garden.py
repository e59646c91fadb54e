"""What the kitchen does when the garden does something: plan a meal at once, serve it later."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.api import after, on
from tests.fake_addons.good.garden.api import PlantSown
from tests.fake_addons.good.kitchen.models import Meal


class TooSpicy(Exception):
    """What this kitchen cannot cook."""


@on(PlantSown)
def plan_meal(session: Session, event: PlantSown) -> None:
    """One meal a plant, however often this is told."""
    if event.name == "Chili":
        raise TooSpicy(event.name)
    session.execute(insert(Meal).values(plant_id=event.plant_id).on_conflict_do_nothing())


@after(PlantSown)
def serve_meal(session: Session, event: PlantSown) -> None:
    """Needs the event whole: amounts exact, dates as dates."""
    assert event.seeds.as_tuple().exponent == -2
    assert event.on.year == 2026
    meal = session.scalar(select(Meal).where(Meal.plant_id == event.plant_id))
    if meal is not None:
        session.execute(update(Meal).where(Meal.id == meal.id).values(served=Meal.served + 1))
