"""Rates of foreign currencies: what one unit is worth in the company's currency on a day.

The rate of a day is the newest one up to it. Where several sources know the day, one entered by
hand counts before those that were read from files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.accounting.models.currencies import CurrencyRate
from addons.accounting.options import AccountingOptions
from addons.accounting.services.exact import exact_product
from addons.accounting.services.money import round_money
from core.api import InvalidInput, announce, msg, options, phrase

MANUAL: Final = "manual"
_FIX: Final = msg("Enter the rate under Accounting > Currency rates, or import a file of rates.")


class MissingRate(InvalidInput):
    """No rate of the currency is known for the day."""

    code = "rate-missing"


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate as a value: company currency per one unit of the foreign `currency`."""

    currency: str
    date: date
    rate: Decimal


def company_currency(session: Session) -> str:
    """The currency in which the company keeps its books."""
    return options(session, AccountingOptions).company_currency


def rate(session: Session, currency: str, on: date) -> Decimal:
    """What one unit of the currency is worth in the company's currency on this day.

    Raises MissingRate naming currency and day; never returns zero.
    """
    if currency == company_currency(session):
        return Decimal(1)
    statement = (
        select(CurrencyRate.rate, CurrencyRate.date)
        .where(CurrencyRate.currency == currency, CurrencyRate.date <= on)
        .order_by(CurrencyRate.date.desc(), CurrencyRate.source != MANUAL, CurrencyRate.source)
        .limit(1)
    )
    found = session.execute(statement).one_or_none()
    days = options(session, AccountingOptions).rate_valid_days
    if found is None or (days and found.date < on - timedelta(days=days)):
        raise MissingRate.of(
            "currency",
            phrase("There is no rate of {currency} for {day}.", currency=currency, day=on),
            fix=phrase(_FIX),
        )
    return found.rate


def convert(session: Session, amount: Decimal, currency: str, on: date) -> Decimal:
    """The amount in the company's currency at the rate of the day, rounded to its digits."""
    worth = exact_product(amount, rate(session, currency, on))
    return round_money(worth, company_currency(session))


def create_rate(session: Session, values: Mapping[str, Any]) -> CurrencyRate:
    """Enter a rate by hand or from a row of a file."""
    record = CurrencyRate(**_checked(session, values))
    session.add(record)
    session.flush()
    return record


def update_rate(session: Session, record: CurrencyRate, values: Mapping[str, Any]) -> CurrencyRate:
    """Change a rate. What was posted with the old one stays as it was posted."""
    for name, value in _checked(session, values).items():
        setattr(record, name, value)
    session.flush()
    return record


def store_rates(session: Session, rates: Iterable[Rate], source: str) -> tuple[int, int]:
    """Keep rates of a source: how many are new or have changed, and how many were known."""
    rows = [
        _checked(
            session,
            {"currency": item.currency, "date": item.date, "rate": item.rate, "source": source},
        )
        for item in rates
    ]
    if not rows:
        return 0, 0
    given = insert(CurrencyRate)
    statement = given.on_conflict_do_update(
        index_elements=[CurrencyRate.currency, CurrencyRate.date, CurrencyRate.source],
        set_={"rate": given.excluded.rate, "version": CurrencyRate.version + 1},
        where=CurrencyRate.rate != given.excluded.rate,
    ).returning(CurrencyRate.id)
    written = session.execute(statement, rows).scalars().all()
    announce(session, "accounting.rates", *written)
    return len(written), len(rows) - len(written)


def _checked(session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, tidied; raises InvalidInput naming the field that cannot be."""
    checked = dict(values)
    if "currency" in checked:
        code = checked["currency"] = (checked["currency"] or "").strip().upper()
        if not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise InvalidInput.of(
                "currency", phrase("Write the three letters of a currency, such as USD.")
            )
        if code == company_currency(session):
            raise InvalidInput.of(
                "currency",
                phrase("{currency} is the company's own currency: its rate is 1.", currency=code),
            )
    worth = checked.get("rate")
    if worth is not None and not (worth.is_finite() and worth > 0):
        raise InvalidInput.of(
            "rate",
            phrase("A rate must be above zero."),
            fix=phrase("Write what one unit of the foreign currency is worth in your own."),
        )
    if "source" in checked:
        checked["source"] = (checked["source"] or "").strip() or MANUAL
    return checked
