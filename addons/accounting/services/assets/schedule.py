"""How an asset loses its value: exact fractions over its life, rounded once where they add up.

A plan cuts its life into years of the asset's own, from the day on which it begins. The method
says what each year takes; within a year it goes evenly, by month or by day. What is taken up to a
day is rounded, and a month takes the difference of two such sums: so the months always add up to
the value less salvage, to the last digit.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from fractions import Fraction
from typing import Literal

from addons.accounting.services.money import round_money

Method = Literal["straight_line", "declining", "years_digits", "units"]
_ONE_DAY = timedelta(days=1)
_ANY_LENGTH = Context(prec=200)


@dataclass(frozen=True, slots=True)
class Plan:
    """From `start` to `end`, both included, `value` goes down to `salvage`. `rate` is the share
    that a declining balance takes of what is left each year."""

    method: Method
    start: date
    end: date
    value: Decimal
    salvage: Decimal
    currency: str
    prorata: Literal["month", "day"] = "month"
    rate: Fraction = Fraction(0)
    switches: bool = True
    units: Decimal | None = None

    @property
    def depreciable(self) -> Decimal:
        """What there is to take."""
        return max(self.value - self.salvage, Decimal(0))


@dataclass(frozen=True, slots=True)
class Instalment:
    """What a month takes, what is taken by its end, and what is left."""

    day: date
    amount: Decimal
    taken: Decimal
    left: Decimal


def taken_by(plan: Plan, day: date, used: Decimal = Decimal(0)) -> Decimal:
    """What the plan has taken at the end of a day; by units, for `used` of them."""
    if plan.method == "units":
        share = Fraction(used) / Fraction(plan.units) if plan.units else Fraction(0)
        return _rounded(min(share, Fraction(1)) * Fraction(plan.depreciable), plan.currency)
    taken = Fraction(0)
    for amount, passed in zip(_by_year(plan), _passed(plan, day), strict=True):
        taken += amount * passed
    return _rounded(taken, plan.currency)


def schedule(plan: Plan) -> list[Instalment]:
    """Month by month, to the end of the plan."""
    rows: list[Instalment] = []
    before, day = Decimal(0), plan.start
    while day <= plan.end:
        last = min(month_end(day), plan.end)
        # The end of a month takes it whole, wherever in it the plan ends.
        taken = taken_by(plan, last if plan.prorata == "day" else month_end(day))
        rows.append(Instalment(last, taken - before, taken, plan.value - taken))
        before, day = taken, last + _ONE_DAY
    return rows


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last of a month that is shorter."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """The last day of the month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def _by_year(plan: Plan) -> list[Fraction]:
    shares = [share for _, _, share in _years(plan)]
    left, total = Fraction(plan.depreciable), sum(shares, Fraction(0))
    if plan.method == "straight_line":
        return [left * share / total for share in shares]
    if plan.method == "years_digits":
        weights = [sum(shares[at:], Fraction(0)) * share for at, share in enumerate(shares)]
        return [left * weight / sum(weights, Fraction(0)) for weight in weights]
    amounts = []
    for at, share in enumerate(shares):
        remaining = sum(shares[at:], Fraction(0))
        amount = (left + Fraction(plan.salvage)) * plan.rate * share
        if plan.switches:
            amount = max(amount, left * share / remaining)
        # The last year takes what is left, so that the plan ends at the salvage value.
        amount = left if at == len(shares) - 1 else min(amount, left)
        amounts.append(amount)
        left -= amount
    return amounts


def _years(plan: Plan) -> list[tuple[int, int, Fraction]]:
    """Of each year of the asset: where it begins and ends on the plan's own scale (months or
    days from its start), and how much of a whole year it is."""
    if plan.prorata == "month":
        months = _month(plan.end) - _month(plan.start) + 1
        return [
            (first, min(first + 12, months), Fraction(min(12, months - first), 12))
            for first in range(0, months, 12)
        ]
    years, place, length = [], 0, (plan.end - plan.start).days + 1
    while place < length:
        whole = (add_months(plan.start, 12 * (len(years) + 1)) - plan.start).days - place
        last = min(place + whole, length)
        years.append((place, last, Fraction(last - place, whole)))
        place = last
    return years


def _passed(plan: Plan, day: date) -> list[Fraction]:
    """How much of each year has passed at the end of a day."""
    if plan.prorata == "month":
        is_whole = day == month_end(day)
        now = _month(day) - _month(plan.start) + (1 if is_whole else 0)
    else:
        now = (day - plan.start).days + 1
    return [
        min(max(Fraction(now - first, last - first), Fraction(0)), Fraction(1))
        for first, last, _ in _years(plan)
    ]


def _month(day: date) -> int:
    return day.year * 12 + day.month


def _rounded(amount: Fraction, currency: str) -> Decimal:
    exact = _ANY_LENGTH.divide(Decimal(amount.numerator), Decimal(amount.denominator))
    return round_money(exact, currency)
