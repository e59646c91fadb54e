"""How a deferred amount is spread over months: by the days of each, or in equal parts."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from addons.accounting.services.money import split

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """What belongs to the month, or piece of a month, that ends on this day."""

    day: date
    amount: Decimal


def spread(amount: Decimal, start: date, end: date, method: str, currency: str) -> list[Part]:
    """The parts from the first day to the last, both included; together they are the amount."""
    months = list(_months(start, end))
    if method == "days":
        weights = [Decimal((last - first).days + 1) for first, last in months]
    else:
        weights = [Decimal(1)] * len(months)
    amounts = split(amount, weights, currency)
    return [Part(last, part) for (_, last), part in zip(months, amounts, strict=True)]


def _months(start: date, end: date) -> Iterator[tuple[date, date]]:
    first = start
    while True:
        last = first.replace(day=monthrange(first.year, first.month)[1])
        if last >= end:
            yield first, end
            return
        yield first, last
        first = last + _ONE_DAY
