"""A description from what was typed, sent or imported: what is missing filled in, what is wrong
named. Templates and products are described alike."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.models import Category
from addons.catalog.models.shared import DESCRIBED
from addons.catalog.options import CatalogOptions
from addons.catalog.services.checking import Ground, require_sound
from addons.catalog.services.units import find_unit
from core.api import InvalidInput, options, phrase

_ZERO: Final = Decimal(0)
_EMPTY: Final[Mapping[str, Any]] = {
    "name": "",
    "name_local": "",
    "kind": "goods",
    "category_id": None,
    "brand_id": None,
    "unit_id": None,
    "sale_unit_id": None,
    "purchase_unit_id": None,
    "tax_group": "",
    "tracking": "none",
    "expires": False,
    "sale_price": _ZERO,
    "weight": _ZERO,
    "volume": _ZERO,
    "sellable": True,
    "purchasable": True,
    "tariff_code": "",
    "origin": "",
    "description": "",
}


class Describing:
    """Makes descriptions; what they are checked against is read once for many."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ground = Ground(session)
        self._options = options(session, CatalogOptions)
        self._unit_id: int | None = None
        self._tax_groups: dict[int, str] | None = None

    def new(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A whole description of something new; raises InvalidInput naming what is wrong."""
        given = {n: values[n] for n in DESCRIBED if n in values and values[n] is not None}
        whole = {**_EMPTY, **_tidied(given)}
        if whole["unit_id"] is None:
            whole["unit_id"] = self._first_unit()
        if not whole["tax_group"]:
            whole["tax_group"] = self._tax_group_of(whole["category_id"])
        require_sound(self._ground, whole)
        return whole

    def changed(self, current: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        """What of a description has another value now; raises InvalidInput naming what is wrong."""
        given = _tidied({name: values[name] for name in DESCRIBED if name in values})
        for name, value in given.items():
            if value is None:
                given[name] = _EMPTY[name]
        whole = {name: given.get(name, getattr(current, name)) for name in DESCRIBED}
        require_sound(self._ground, whole)
        return {n: value for n, value in given.items() if value != getattr(current, n)}

    def _first_unit(self) -> int:
        if self._unit_id is None:
            unit = find_unit(self._session, self._options.default_unit)
            if unit is None:
                raise InvalidInput.of(
                    "unit_id", phrase("Choose the unit in which it is counted or measured.")
                )
            self._unit_id = unit.id
        return self._unit_id

    def _tax_group_of(self, category_id: int | None) -> str:
        """The nearest category's that says one, else the company's."""
        if self._tax_groups is None:
            rows = self._session.execute(
                select(Category.id, Category.tax_group, Category.path)
            ).all()
            said = {row[0]: row[1] for row in rows}
            self._tax_groups = {
                row[0]: next((said[step] for step in reversed(row[2]) if said.get(step)), "")
                for row in rows
            }
        found = self._tax_groups.get(category_id, "") if category_id is not None else ""
        return found or self._options.default_tax_group


def _tidied(given: Mapping[str, Any]) -> dict[str, Any]:
    """Texts without spaces around them; one empty text where there is none."""
    return {
        name: value.strip() if isinstance(value, str) and name != "description" else value
        for name, value in given.items()
    }
