"""Interest for late payment, as plain arithmetic: so much a year, for the days overdue."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from addons.accounting.services.money import round_money

_DAYS: Final = Decimal(365)
_HUNDRED: Final = Decimal(100)


def simple_interest(amount: Decimal, percent: Decimal, days: int, currency: str) -> Decimal:
    """Simple interest on an amount for so many days of a year of 365, rounded half-up."""
    if amount <= 0 or days <= 0:
        return Decimal(0)
    return round_money(amount * percent * days / (_HUNDRED * _DAYS), currency)
