"""What a document's currency is worth."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency, rate_on
from core.api import InvalidInput, currency_digits, phrase


def require_rate(session: Session, currency: str, day: date, given: Decimal | None) -> Decimal:
    """What one unit of the currency is worth in the company's: as typed, else as the books know.

    Raises InvalidInput, naming the field `rate`, where nobody knows; the books' own error where
    they lack the rate of that day.
    """
    if currency == company_currency(session):
        return Decimal(1)
    if given is not None:
        if given <= 0:
            raise InvalidInput.of("rate", phrase("A rate is more than zero."))
        return given
    found = rate_on(session, currency, day)
    if found is None:
        raise InvalidInput.of(
            "rate",
            phrase("Nobody knows what {currency} is worth.", currency=currency),
            fix=phrase("Type the rate: what one {currency} costs.", currency=currency),
        )
    return found


def require_currency(code: str) -> str:
    """The ISO 4217 code in capitals; raises InvalidInput where it is not three letters."""
    written = code.strip().upper()
    if len(written) != 3 or not (written.isascii() and written.isalpha()):
        raise InvalidInput.of("currency", phrase("{code} is no currency.", code=code))
    return written


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount with the digits of its currency, half-up."""
    return amount.quantize(Decimal(1).scaleb(-currency_digits(currency)), ROUND_HALF_UP)


def shared_out(amounts: list[Decimal], rate: Decimal, currency: str) -> list[Decimal]:
    """Each amount in the company's currency, rounded so that the parts sum to the whole."""
    parts: list[Decimal] = []
    exact = done = Decimal(0)
    for amount in amounts:
        exact += amount * rate
        parts.append(rounded(exact, currency) - done)
        done += parts[-1]
    return parts
