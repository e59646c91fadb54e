"""Lots and serial numbers as people write them beside a quantity: "A1=5, A2=7".

    lots     = lot *("," lot)          a line break or the Arabic comma separates as well
    lot      = name [("=" / ":") quantity]

A name alone is the lot of the whole quantity if it is the only one; otherwise it is a serial number
and counts one. A name may hold colons, as a device's address does: what follows the last of them is
a quantity only where it is a number and stands after a blank or the only colon.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal, InvalidOperation

from core.api import InvalidInput, phrase

EXAMPLE = "A1=5, A2=7"
_BETWEEN = re.compile(r"[,\n\u060c]")
_BY_COLON = re.compile(r"(?P<name>[^:]+):\s*(?P<only>[^:]+)|(?P<names>.+):\s+(?P<last>[^:]+)")


def read_lots(written: str, quantity: Decimal, field: str) -> tuple[tuple[str, Decimal], ...]:
    """The lots in a text with the quantity of each, in stock units; none in an empty one. Raises
    InvalidInput for the field where a quantity is none, a lot is named twice, or they do not come
    to the quantity."""
    parts = [part.strip() for part in _BETWEEN.split(written) if part.strip()]
    found = [_one(part, field) for part in parts]
    if len(found) == 1 and found[0][1] is None:
        return ((found[0][0], quantity),)
    lots = tuple((name, Decimal(1) if count is None else count) for name, count in found)
    name, times = next(iter(Counter(name for name, _ in lots).most_common(1)), ("", 0))
    if times > 1:
        raise InvalidInput.of(field, phrase("Lot {name} is named twice.", name=name))
    total = sum((count for _, count in lots), Decimal(0))
    if lots and total != quantity:
        raise InvalidInput.of(
            field,
            phrase(
                "The lots come to {total}; the quantity is {quantity}.",
                total=f"{total.normalize():f}",
                quantity=f"{quantity.normalize():f}",
            ),
        )
    return lots


def _one(part: str, field: str) -> tuple[str, Decimal | None]:
    """The name of a lot, and its quantity where one is written."""
    if "=" in part:
        name, _, tail = part.rpartition("=")
        count = _number(tail)
    elif (found := _BY_COLON.fullmatch(part)) is not None:
        name = found["name"] or found["names"]
        count = _number(found["only"] or found["last"])
        if count is None:
            return part, None
    else:
        return part, None
    if count is None or count <= 0 or not name.strip():
        raise InvalidInput.of(
            field,
            phrase("{part} is no lot with its quantity.", part=part),
            fix=phrase("Write lots as {example}.", example=EXAMPLE),
        )
    return name.strip(), count


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
