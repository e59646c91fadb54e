"""What pages on the value of the stock are asked for in their address, and the money they show."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from core.api import InvalidInput, Request, currency_digits, phrase


def asked_day(request: Request, name: str, default: date) -> date:
    """A day of the address; raises InvalidInput for what is none."""
    given = request.query.get(name, "")
    if not given:
        return default
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise InvalidInput.of(name, phrase("{day} is no day.", day=given)) from None


def asked_page(request: Request, count: int, size: int) -> tuple[int, int]:
    """Which page of so many rows is asked for, and how many there are."""
    given = request.query.get("page", "")
    number = max(int(given), 1) if given.isascii() and given.isdecimal() else 1
    return number, max(-(-count // size), 1)


def money_of(session: Session) -> dict[str, Any]:
    """The company's currency and its digits, for templates."""
    currency = company_currency(session)
    return {"currency": currency, "digits": currency_digits(currency)}
