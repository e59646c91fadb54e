"""Lines of documents as forms and programs send them: known ones changed, new ones added, the rest
gone; and the bounds of what can be a quantity or a price."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

from core.api import InvalidInput, phrase

Line = TypeVar("Line")
MOST: Final = Decimal(10) ** 12
_FINEST: Final = Decimal("0.000001")


def edited_lines(
    known: Iterable[Line],
    sent: Iterable[Mapping[str, Any]],
    model: Callable[[], Line],
    fill: Callable[[Line, dict[str, Any], str], None],
    name: str = "lines",
) -> list[Line]:
    """The lines that were sent, as rows. `fill(line, values, place)` writes each; `place` is how an
    error names it: "lines.0". Raises InvalidInput for an id that is not among the known."""
    rows = {getattr(line, "id", None): line for line in known}
    kept: list[Line] = []
    for position, values in enumerate(sent):
        place, given = f"{name}.{position}", dict(values)
        key = given.pop("id", None)
        line = model() if key is None else rows.pop(key, None)
        if line is None:
            raise InvalidInput.of(f"{place}.id", phrase("There is no such line here."))
        given.setdefault("position", position + 1)
        fill(line, given, place)
        kept.append(line)
    return kept


def require_quantity(value: Decimal | None, field: str) -> Decimal:
    """A quantity that can be bought: more than zero, at most six decimals, and within reason."""
    if value is None or not value.is_finite() or value <= 0:
        raise InvalidInput.of(field, phrase("The quantity must be more than zero."))
    return _bounded(value, field)


def require_price(value: Decimal, field: str) -> Decimal:
    """A price: not negative, and within reason."""
    if value.is_finite() and value < 0:
        raise InvalidInput.of(
            field,
            phrase("A price cannot be negative."),
            fix=phrase("Use a discount, or a debit note."),
        )
    return _bounded(value, field)


def require_percent(value: Decimal, field: str) -> Decimal:
    """A discount in percent."""
    if not value.is_finite() or not 0 <= value <= 100:
        raise InvalidInput.of(field, phrase("A discount is between 0 and 100 percent."))
    return value


def _bounded(value: Decimal, field: str) -> Decimal:
    if not value.is_finite() or value >= MOST:
        raise InvalidInput.of(field, phrase("{value} is too much.", value=value))
    if value != value.quantize(_FINEST):
        raise InvalidInput.of(field, phrase("More than six decimals cannot be kept."))
    return value
