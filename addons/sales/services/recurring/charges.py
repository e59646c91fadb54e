"""What a period of a contract is charged: values in, values out.

A line that holds for a part of a period costs the share of its days. The share of the n-th day is
what all days so far come to less what the earlier ones took, so that in however many parts a
period is charged they sum to the price of the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from addons.sales.services.amounts import EXACT, HUNDRED, QUANTITY_STEP, ZERO, part_of, to_step
from addons.sales.services.recurring.periods import Period, Rhythm, Span, active_spans

_A_MONTH: Final = {
    "day": Fraction(365, 12),
    "week": Fraction(52, 12),
    "month": Fraction(1),
    "quarter": Fraction(1, 3),
    "year": Fraction(1, 12),
}
"""How many of each unit make a month, with 365 days or 52 weeks in a year."""
_FINE: Final = Decimal(1).scaleb(-12)


@dataclass(frozen=True, slots=True)
class LineTerms:
    """A line: what it costs in a whole period before indexation, and from when until when. `key`
    leads back to where it came from."""

    key: int
    quantity: Decimal
    price: Decimal
    discount_percent: Decimal = ZERO
    from_day: date | None = None
    until_day: date | None = None
    once: bool = False
    indexed: bool = True
    price_since: date | None = None


@dataclass(frozen=True, slots=True)
class Rise:
    """Prices are multiplied by this in the periods that begin on the day, or later."""

    from_day: date
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    """All that decides what a period costs."""

    rhythm: Rhythm
    lines: tuple[LineTerms, ...]
    pauses: tuple[tuple[date, date | None], ...] = ()
    rises: tuple[Rise, ...] = ()
    timing: Literal["advance", "arrears"] = "advance"
    prorata: bool = True


@dataclass(frozen=True, slots=True)
class Charge:
    """What a line costs in a period: quantity times price less the discount, rounded, is `amount`.
    `spans` are the days that it is charged for, of `of_days`."""

    key: int
    quantity: Decimal
    price: Decimal
    discount_percent: Decimal
    amount: Decimal
    spans: tuple[Span, ...]
    of_days: int

    @property
    def days(self) -> int:
        """How many days are charged."""
        return sum(span.days for span in self.spans)


def charges_of(terms: Terms, period: Period, step: Decimal) -> list[Charge]:
    """What each line costs in a period, to the smallest amount of the currency."""
    found = (_charge(terms, line, period, step) for line in terms.lines)
    return [charge for charge in found if charge is not None]


def active_days(terms: Terms, period: Period) -> tuple[Span, ...]:
    """The days of a period that are not paused."""
    return active_spans(period.span, terms.pauses)


def invoice_day(terms: Terms, period: Period) -> date | None:
    """The day of a period's invoice: its first day that is not paused, or in arrears its last.
    None where all of it is paused, and nothing is charged once."""
    spans = active_days(terms, period)
    once = [day for line in terms.lines if (day := _once_in(terms, line, period)) is not None]
    if not spans and not once:
        return None
    if terms.timing == "arrears":
        return period.span.last
    return spans[0].first if spans else min(once)


def price_in(terms: Terms, line: LineTerms, period: Period, step: Decimal) -> Decimal:
    """The price of one unit in a period: raised by what began since it was agreed, and rounded
    each time to the digits of the price, or of the currency where these are finer."""
    price = line.price
    if not line.indexed or line.once:
        return price
    exponent = price.as_tuple().exponent
    fine = min(step, Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0))
    since = line.price_since or line.from_day or terms.rhythm.starts_on
    for rise in sorted(terms.rises, key=lambda one: one.from_day):
        if since < rise.from_day <= period.span.first:
            price = to_step(EXACT.multiply(price, rise.factor), fine)
    return price


def monthly(terms: Terms, period: Period, step: Decimal) -> Decimal:
    """What the recurring lines that hold at the end of a period come to in a month."""
    share = _A_MONTH[terms.rhythm.unit] / terms.rhythm.every
    whole = ZERO
    for line in terms.lines:
        if not line.once and _covers(line, period.span.last):
            price = price_in(terms, line, period, step)
            whole += _amount(line.quantity, price, line.discount_percent, step)
    return to_step(
        EXACT.divide(EXACT.multiply(whole, Decimal(share.numerator)), Decimal(share.denominator)),
        step,
    )


def _covers(line: LineTerms, day: date) -> bool:
    return (line.from_day is None or line.from_day <= day) and (
        line.until_day is None or line.until_day >= day
    )


def _once_in(terms: Terms, line: LineTerms, period: Period) -> date | None:
    """The day in a period on which a line is charged once, paused or not."""
    day = line.from_day or terms.rhythm.starts_on
    return day if line.once and period.span.first <= day <= period.span.last else None


def _charge(terms: Terms, line: LineTerms, period: Period, step: Decimal) -> Charge | None:
    price = price_in(terms, line, period, step)
    if line.once:
        day = _once_in(terms, line, period)
        if day is None:
            return None
        amount = _amount(line.quantity, price, line.discount_percent, step)
        return _as_charge(line, line.quantity, price, amount, (Span(day, day),), 1)
    spans = _days_of(terms, line, period)
    if not spans:
        return None
    whole = _amount(line.quantity, price, line.discount_percent, step)
    if not terms.prorata or sum(span.days for span in spans) == period.whole.days:
        return _as_charge(line, line.quantity, price, whole, spans, period.whole.days)
    amount = amount_of_days(whole, period.whole, spans, step)
    quantity, fitting = _in_parts(line, price, amount, period.whole.days, spans, step)
    return _as_charge(line, quantity, fitting, amount, spans, period.whole.days)


def _as_charge(
    line: LineTerms,
    quantity: Decimal,
    price: Decimal,
    amount: Decimal,
    spans: tuple[Span, ...],
    of_days: int,
) -> Charge:
    return Charge(line.key, quantity, price, line.discount_percent, amount, spans, of_days)


def amount_of_days(whole: Decimal, days: Span, spans: Sequence[Span], step: Decimal) -> Decimal:
    """The share of an amount for some of the days that it is for; the shares of all days, in
    however many parts, sum to it."""
    size = Decimal(days.days)
    parts = (
        part_of(whole, size, Decimal((span.first - days.first).days), Decimal(span.days), step)
        for span in spans
    )
    return sum(parts, ZERO)


def _days_of(terms: Terms, line: LineTerms, period: Period) -> tuple[Span, ...]:
    if not terms.prorata:
        # A period costs what holds on its first day that is not paused.
        active = active_days(terms, period)
        return active if active and _covers(line, active[0].first) else ()
    first = max(period.span.first, line.from_day or period.span.first)
    last = min(period.span.last, line.until_day or period.span.last)
    return active_spans(Span(first, last), terms.pauses) if first <= last else ()


def _amount(quantity: Decimal, price: Decimal, discount_percent: Decimal, step: Decimal) -> Decimal:
    return to_step(_exact(quantity, price, discount_percent), step)


def _exact(quantity: Decimal, price: Decimal, discount_percent: Decimal) -> Decimal:
    gross = EXACT.multiply(quantity, price)
    return EXACT.divide(EXACT.multiply(gross, HUNDRED - discount_percent), HUNDRED)


def _in_parts(
    line: LineTerms,
    price: Decimal,
    amount: Decimal,
    of_days: int,
    spans: Sequence[Span],
    step: Decimal,
) -> tuple[Decimal, Decimal]:
    """Quantity and price that come to the amount: the share of the quantity, and the price, bent
    in its last digits where the rounded quantity would miss the amount."""
    days = Decimal(sum(span.days for span in spans))
    share = EXACT.divide(EXACT.multiply(line.quantity, days), Decimal(of_days))
    quantity = share.quantize(QUANTITY_STEP, context=EXACT) or QUANTITY_STEP
    if _amount(quantity, price, line.discount_percent, step) == amount:
        return quantity, price
    one = _exact(quantity, Decimal(1), line.discount_percent)
    if not one:
        return quantity, price
    return quantity, EXACT.divide(amount, one).quantize(_FINE, context=EXACT)
