"""What a contract says of the days that were invoiced: none of it may change afterwards."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from addons.sales.models.recurring import Contract

_HEAD: Final = (
    "contact_id",
    "currency",
    "starts_on",
    "anchor",
    "unit",
    "every",
    "timing",
    "prorata",
    "discount_percent",
)
_LINE: Final = (
    "charge",
    "product_id",
    "quantity",
    "unit_id",
    "price",
    "discount_percent",
    "taxes",
    "from_day",
    "price_since",
)


def said_until(contract: Contract) -> tuple[Any, ...] | None:
    """All that decided the charges until the last day that is covered, to be compared; None where
    nothing was charged yet."""
    until = contract.covered_until
    if until is None:
        return None
    lines = sorted(
        repr((*(_value(line, name) for name in _LINE), _clipped(line.until_day, until)))
        for line in contract.lines
        if (line.from_day or contract.starts_on) <= until
    )
    pauses = sorted(
        repr((pause.first_day, _clipped(pause.last_day, until)))
        for pause in contract.pauses
        if pause.first_day <= until
    )
    rises = sorted(
        repr((one.from_day, one.percent, one.index_before, one.index_after))
        for one in contract.indexations
        if one.from_day <= until
    )
    head = tuple(getattr(contract, name) for name in _HEAD)
    return (head, _clipped(contract.ends_on, until), lines, pauses, rises)


def _clipped(day: date | None, until: date) -> date:
    """The last day as far as it was looked at: whatever ends later ends openly."""
    return until if day is None or day > until else day


def _value(line: Any, name: str) -> Any:
    value = getattr(line, name)
    return value.normalize() if hasattr(value, "normalize") else value
