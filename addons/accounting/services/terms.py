"""Payment terms as plain arithmetic: when which part of an amount is due, and what an early
payment saves. Nothing here reads or writes the database.

A part is a percentage of the whole, a fixed amount, or what is left; parts together are always
exactly the whole. Its day is the document's date plus months, plus days; then that day itself,
the end of its month, or the next such day of the month (in a short month its last).
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from addons.accounting.models.terms import DueRule, ShareKind
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.money import round_money
from core.api import InvalidInput, Problem, phrase

DiscountOn = Literal["gross", "net"]
"""What an early-payment discount is a percentage of: the whole invoice, so that the VAT shrinks
with the price, or the price without VAT, so that the VAT stays as it was invoiced."""

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the amount, and when it is due. `day` counts for "day_of_month" alone."""

    kind: ShareKind = "rest"
    value: Decimal = Decimal(0)
    months: int = 0
    days: int = 0
    due: DueRule = "after"
    day: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """Payment terms as a value. Without parts everything is due at once."""

    parts: tuple[Part, ...] = ()
    discount_percent: Decimal = Decimal(0)
    discount_days: int = 0


@dataclass(frozen=True, slots=True)
class Instalment:
    """What is due on a day."""

    due_date: date
    amount: Decimal


def instalments(amount: Decimal, currency: str, day: date, terms: Terms) -> tuple[Instalment, ...]:
    """The parts of the amount with their days, in order of the terms; together exactly it.

    Percentages are of the whole and rounded half-up; no part takes more than is left, and parts
    of nothing are left out. A negative amount, such as a credit note's, is split alike.
    """
    parts = terms.parts or (Part(),)
    whole, left, found = amount.copy_abs(), amount.copy_abs(), []
    for place, part in enumerate(parts):
        is_last = place == len(parts) - 1
        share = left if is_last else min(left, _share(part, whole, left, currency))
        left = exact_sum((left, share.copy_negate()))
        if share:
            found.append(Instalment(due_date(day, part), share.copy_sign(amount)))
    return tuple(found) or (Instalment(due_date(day, parts[-1]), amount),)


def due_date(day: date, part: Part) -> date:
    """The day on which this part of a document of that day is to be paid."""
    try:
        due = _months_later(day, part.months) + timedelta(days=part.days)
        if part.due == "end_of_month":
            return _in_month(due.year, due.month, 31)
        if part.due == "day_of_month":
            this = _in_month(due.year, due.month, part.day)
            following = _months_later(due.replace(day=1), 1) if this < due else due
            return _in_month(following.year, following.month, part.day)
    except (ValueError, OverflowError) as error:
        raise InvalidInput.of(
            "date", phrase("The due date would lie after the year 9999."), fix=_check_date()
        ) from error
    return due


def discount_until(day: date, terms: Terms) -> date | None:
    """The last day on which the discount is given; None where there is none."""
    if not terms.discount_percent:
        return None
    try:
        return day + timedelta(days=terms.discount_days)
    except OverflowError as error:
        raise InvalidInput.of(
            "date", phrase("The discount would end after the year 9999."), fix=_check_date()
        ) from error


def discount(
    gross: Decimal, tax: Decimal, percent: Decimal, currency: str, on: DiscountOn
) -> Decimal:
    """What early payment of a gross amount saves, of which `tax` is VAT."""
    base = gross if on == "gross" else gross - tax
    return round_money(base * percent / _HUNDRED, currency)


def term_problems(parts: Sequence[Part]) -> Iterable[Problem]:
    """What is wrong with the parts: they must take the whole amount, and name possible days."""
    percent = sum((part.value for part in parts if part.kind == "percent"), Decimal(0))
    if percent > _HUNDRED:
        yield Problem("lines", phrase("The percentages add up to more than 100."))
    rests = [place for place, part in enumerate(parts) if part.kind == "rest"]
    if len(rests) > 1:
        yield Problem(f"lines.{rests[1]}.kind", phrase("Only one part can be what is left."))
    if rests and rests[0] != len(parts) - 1:
        yield Problem(f"lines.{rests[0]}.kind", phrase("What is left comes last."))
    only_percent = all(part.kind == "percent" for part in parts)
    if parts and not rests and not (only_percent and percent == _HUNDRED):
        yield Problem(
            f"lines.{len(parts) - 1}.kind",
            phrase("The parts may not take the whole amount: let the last be what is left."),
        )
    for place, part in enumerate(parts):
        if part.kind != "rest" and part.value <= 0:
            yield Problem(f"lines.{place}.value", phrase("Say how much this part is."))
        if part.due == "day_of_month" and not 1 <= part.day <= 31:
            yield Problem(f"lines.{place}.day", phrase("Choose a day between 1 and 31."))


def _share(part: Part, whole: Decimal, left: Decimal, currency: str) -> Decimal:
    if part.kind == "percent":
        return round_money(whole * part.value / _HUNDRED, currency)
    return round_money(part.value, currency) if part.kind == "fixed" else left


def _months_later(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    return _in_month(count // 12, count % 12 + 1, day.day)


def _in_month(year: int, month: int, day: int) -> date:
    """That day of the month, or its last where it has none such."""
    if not 1 <= year <= 9999:
        raise OverflowError(year)
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _check_date() -> str:
    return phrase("Check the date of the document.")
