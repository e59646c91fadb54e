"""What was typed into the forms of our own pages, as values: amounts, days and moments; and with
how many digits our pages write money.

Browsers send what is typed into inputs of type number, date and datetime-local in one spelling,
whatever the reader's language.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from addons.accounting.options import AccountingOptions
from core.api import InvalidInput, Request, currency_digits, options, phrase


def typed_amount(request: Request, name: str) -> Decimal:
    """An amount; raises InvalidInput naming the field."""
    try:
        amount = Decimal(_typed(request, name))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise InvalidInput.of(name, phrase("This is not a number."))
    return amount


def typed_number(request: Request, name: str) -> int:
    """A whole number, such as the key of a chosen record."""
    written = _typed(request, name)
    if not written.isdecimal():
        raise InvalidInput.of(name, phrase("Choose one of the list."))
    return int(written)


def typed_day(request: Request, name: str) -> date:
    """A day."""
    try:
        return date.fromisoformat(_typed(request, name))
    except ValueError:
        raise InvalidInput.of(name, phrase("Give a date such as 2026-01-31.")) from None


def typed_moment(request: Request, name: str) -> datetime:
    """A moment, typed in the company's time zone."""
    try:
        local = datetime.fromisoformat(_typed(request, name))
    except ValueError:
        raise InvalidInput.of(
            name, phrase("Give a date and time such as 2026-01-31 18:00.")
        ) from None
    if local.tzinfo is None:
        local = local.replace(tzinfo=ZoneInfo(request.tenant.timezone))
    return local.astimezone(UTC)


def money_digits(session: Session) -> int:
    """The digits after the point of the company's currency."""
    return currency_digits(options(session, AccountingOptions).company_currency)


def _typed(request: Request, name: str) -> str:
    return request.form.get(name, "").strip()
