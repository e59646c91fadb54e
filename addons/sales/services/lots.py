"""Lots and serial numbers as people type them: "A-17: 5, A-18: 3", or serial numbers alone."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from addons.sales.services.amounts import ZERO
from core.api import InvalidInput, phrase


def read_lots(text: str, quantity: Decimal, field: str) -> tuple[tuple[str, Decimal], ...]:
    """The lots in a text with the quantity of each, in stock units; a name alone counts one, or all
    where it is the only one. Raises InvalidInput unless they sum to the quantity."""
    names = [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]
    if not names:
        return ()
    if len(names) == 1 and ":" not in names[0]:
        return ((names[0], quantity),)
    found = []
    for part in names:
        name, colon, amount = part.rpartition(":")
        try:
            count = Decimal(amount.strip()) if colon else Decimal(1)
        except InvalidOperation as error:
            raise InvalidInput.of(
                field, phrase("{text} is no quantity of a lot.", text=part)
            ) from error
        found.append(((name if colon else part).strip(), count))
    total = sum((count for _, count in found), ZERO)
    if total != quantity or any(count <= 0 for _, count in found):
        raise InvalidInput.of(
            field,
            phrase(
                "The lots come to {total}, not to {quantity}.",
                total=f"{total.normalize():f}",
                quantity=f"{quantity.normalize():f}",
            ),
        )
    return tuple(found)
