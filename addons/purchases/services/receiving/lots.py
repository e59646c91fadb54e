"""Lots and serial numbers as somebody types them beside a quantity."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from core.api import InvalidInput, phrase


def lots_of(written: str, stock_quantity: Decimal, field: str) -> tuple[tuple[str, Decimal], ...]:
    """The lots in "A1=5, A2=7", each with its stock units. One alone takes the whole quantity;
    several without quantities are serial numbers, one unit each. Raises InvalidInput where they do
    not come to the quantity."""
    parts = [part.strip() for part in written.replace("\n", ",").split(",") if part.strip()]
    if not parts:
        return ()
    if len(parts) == 1 and "=" not in parts[0]:
        return ((parts[0], stock_quantity),)
    found = tuple(_one(part, field) for part in parts)
    total = sum((quantity for _, quantity in found), Decimal(0))
    if total != stock_quantity:
        raise InvalidInput.of(
            field,
            phrase(
                "The lots come to {total}; the quantity is {quantity}.",
                total=total,
                quantity=stock_quantity,
            ),
        )
    names = [name for name, _ in found]
    if len(set(names)) < len(names):
        raise InvalidInput.of(field, phrase("A lot is named twice."))
    return found


def _one(part: str, field: str) -> tuple[str, Decimal]:
    name, given, written = part.rpartition("=")
    if not given:
        return part, Decimal(1)
    try:
        quantity = Decimal(written.strip())
    except InvalidOperation:
        quantity = Decimal(0)
    if not name.strip() or quantity <= 0 or not quantity.is_finite():
        raise InvalidInput.of(field, phrase("Write lots as A1=5, A2=7."))
    return name.strip(), quantity
