"""What was typed into the forms of our own pages, as values; errors name the field.

Browsers send what is typed into inputs of type number and date in one spelling, whatever the
reader's language.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from core.api import InvalidInput, Request, phrase


def typed_amount(request: Request, name: str) -> Decimal | None:
    """A number, or None where nothing was typed."""
    written = request.form.get(name, "").strip()
    if not written:
        return None
    try:
        amount = Decimal(written)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise InvalidInput.of(name, phrase("This is not a number."))
    return amount


def typed_day(request: Request, name: str) -> date | None:
    """A day, or None where nothing was typed."""
    written = request.form.get(name, "").strip()
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise InvalidInput.of(name, phrase("Give a date such as 2026-01-31.")) from None


def typed_key(request: Request, name: str) -> int | None:
    """The key of a chosen record, or None where none was chosen."""
    written = request.form.get(name, "").strip()
    return int(written) if written.isdecimal() and len(written) < 19 else None


def typed_keys(request: Request, name: str) -> list[int]:
    """The keys of all records that were ticked under one name."""
    return [int(one) for one in request.form.getlist(name) if one.isdecimal() and len(one) < 19]


def amounts_by_key(request: Request, start: str) -> dict[int, Decimal]:
    """Numbers by the keys in the names of their inputs: quantity.17, quantity.18."""
    found: dict[int, Decimal] = {}
    for name in request.form:
        key = name.removeprefix(f"{start}.")
        if key != name and key.isdecimal() and len(key) < 19:
            amount = typed_amount(request, name)
            if amount is not None:
                found[int(key)] = amount
    return found
