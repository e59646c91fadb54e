"""What must be right about a product's own description, whoever writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.services.trading import tax_groups
from addons.catalog.services.units import Unit, units
from core.api import InvalidInput, Problem, phrase

MOST: Final = Decimal("1e12")
_AMOUNTS: Final = ("sale_price", "weight", "volume")
_KINDS: Final = ("goods", "service")
_TRACKINGS: Final = ("none", "lot", "serial")


class Ground:
    """What descriptions are checked against, read once for many."""

    def __init__(self, session: Session) -> None:
        self.units: Mapping[int, Unit] = units(session)
        self.tax_groups = frozenset(choice.value for choice in tax_groups(session))


def require_sound(ground: Ground, whole: Mapping[str, Any]) -> None:
    """Raise InvalidInput that names every field of a description which is wrong."""
    problems = tuple(_problems(ground, whole))
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)


def _problems(ground: Ground, whole: Mapping[str, Any]) -> Iterator[Problem]:
    if not whole["name"]:
        yield Problem("name", phrase("Give the product a name."))
    for name in _AMOUNTS:
        amount = whole[name]
        if not amount.is_finite() or not 0 <= amount < MOST:
            yield Problem(name, phrase("This is a number from 0 to {most}.", most="999999999999"))
    if whole["kind"] not in _KINDS:
        yield Problem("kind", phrase("A product is goods or a service."))
    if whole["tracking"] not in _TRACKINGS:
        yield Problem("tracking", phrase("Choose none, lot or serial."))
    elif whole["tracking"] != "none" and whole["kind"] == "service":
        yield Problem("tracking", phrase("A service has no lots and serial numbers."))
    elif whole["expires"] and whole["tracking"] == "none":
        yield Problem("expires", phrase("What expires is tracked by lot or serial number."))
    if ground.tax_groups and whole["tax_group"] and whole["tax_group"] not in ground.tax_groups:
        yield Problem(
            "tax_group", phrase("There is no tax group {group}.", group=whole["tax_group"])
        )
    yield from _unit_problems(ground, whole)


def _unit_problems(ground: Ground, whole: Mapping[str, Any]) -> Iterator[Problem]:
    stock = ground.units.get(whole["unit_id"])
    if stock is None:
        yield Problem("unit_id", phrase("Choose the unit in which it is counted or measured."))
        return
    if whole["tracking"] == "serial" and stock.digits:
        yield Problem(
            "unit_id", phrase("What has serial numbers is counted in whole numbers, not {unit}.",
                              unit=stock.name)
        )  # fmt: skip
    for name in ("sale_unit_id", "purchase_unit_id"):
        if whole[name] is None:
            continue
        other = ground.units.get(whole[name])
        if other is None or other.category_id != stock.category_id:
            yield Problem(name, phrase("Choose a unit that converts into {unit}.", unit=stock.name))
