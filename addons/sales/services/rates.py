"""What a document's currency is worth in the company's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency, rate_on
from core.api import AppError, InvalidInput, phrase


def rate_of(session: Session, currency: str, day: date, given: Decimal | None) -> Decimal:
    """The rate of a document: 1 in the company's currency, else the one that the document carries,
    else that of the day. Raises an AppError that names the currency where there is none."""
    if currency == company_currency(session):
        return Decimal(1)
    if given is not None:
        if not given.is_finite() or given <= 0:
            raise InvalidInput.of("rate", phrase("A rate is more than nothing."))
        return given
    found = rate_on(session, currency, day)
    if found is None:
        raise InvalidInput.of(
            "rate",
            phrase("There is no rate of {currency} on {day}.", currency=currency, day=day),
            fix=phrase("Write into the document what one {currency} is worth.", currency=currency),
        )
    return found


def rate_if_known(
    session: Session, currency: str, day: date, given: Decimal | None
) -> Decimal | None:
    """The rate as far as it is known, for figures of documents that are not binding yet."""
    try:
        return rate_of(session, currency, day, given)
    except AppError:
        return None
