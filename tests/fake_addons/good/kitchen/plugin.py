"""The kitchen's table of contents."""

from __future__ import annotations

from core.api import Extension, Slot, hookimpl
from tests.fake_addons.good.garden.api import READ, Watering
from tests.fake_addons.good.kitchen.models import Meal


class Sink:
    """Watering with what is left over."""

    def water(self, name: str) -> str:
        return f"{name} got the dishwater"


@hookimpl
def register_models() -> list[type]:
    return [Meal]


@hookimpl
def register_slots() -> list[Slot]:
    return [
        Slot("garden.plant", "kitchen/recipe.html", lambda session, given: dict(given), READ, 10)
    ]


@hookimpl
def register_extensions() -> list[Extension]:
    return [Extension(Watering, "sink", Sink())]
