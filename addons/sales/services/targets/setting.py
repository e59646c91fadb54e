"""Writing targets, a year's in parts by what was sold the year before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.sales.models.targets import SalesTarget, TargetProgress
from addons.sales.services.amounts import split, step_of
from core.api import Conflict, InvalidInput, phrase, today

_HEAD: Final = ("user_id", "team_id", "category_id", "measure", "unit", "amount", "note")
_MAY_BE_EMPTY: Final = frozenset({"user_id", "team_id", "category_id"})
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_SAME: Final = ("user_id", "team_id", "category_id", "measure")


def create_target(session: Session, values: Mapping[str, Any]) -> SalesTarget:
    """A target for the period that its first day lies in. Raises InvalidInput that names the
    field, Conflict where there is one for it already."""
    target = SalesTarget(measure="net", unit="month", note="")
    _write(session, target, values)
    session.add(target)
    session.flush()
    return target


def update_target(session: Session, target: SalesTarget, values: Mapping[str, Any]) -> SalesTarget:
    """Change a target; raises as `create_target`."""
    with session.no_autoflush:
        _write(session, target, values)
    session.flush()
    return target


def spread(session: Session, target: SalesTarget) -> list[SalesTarget]:
    """Targets for the months of a quarter's or year's target, which sum to it: as the same months
    of the year before were, or even ones where nothing was sold then. Raises Conflict for a month
    and where there are some already."""
    if target.unit == "month":
        raise Conflict(phrase("A month is not divided any further."))
    months = [_month_after(target.first_day, place) for place in range(_MONTHS[target.unit])]
    same = [
        getattr(SalesTarget, name).is_not_distinct_from(getattr(target, name)) for name in _SAME
    ]
    there = select(func.count(SalesTarget.id)).where(
        SalesTarget.unit == "month", SalesTarget.first_day.in_(months), *same
    )
    if session.scalar(there):
        raise Conflict(phrase("Some of its months have targets already."))
    made = [
        SalesTarget(
            unit="month",
            first_day=first,
            last_day=_month_after(first, 1) - timedelta(days=1),
            amount=Decimal(1),
            note="",
            **{name: getattr(target, name) for name in _SAME},
        )
        for first in months
    ]
    session.add_all(made)
    session.flush()
    wanted = select(TargetProgress.id, TargetProgress.last_year).where(
        TargetProgress.id.in_([one.id for one in made])
    )
    sold = {row[0]: row[1] for row in session.execute(wanted)}
    weights = [max(sold[one.id], Decimal(0)) for one in made]
    parts = split(
        target.amount, weights if any(weights) else [Decimal(1)] * len(made), _step(session, target)
    )
    for one, part in zip(made, parts, strict=True):
        one.amount = part
    for one in [one for one in made if not one.amount]:
        session.delete(one)  # nothing is expected of a month in which nothing is ever sold
        made.remove(one)
    session.flush()
    return made


def _step(session: Session, target: SalesTarget) -> Decimal:
    return Decimal(1) if target.measure == "quantity" else step_of(company_currency(session))


def _write(session: Session, target: SalesTarget, values: Mapping[str, Any]) -> None:
    for name in _HEAD:
        if name in values and (values[name] is not None or name in _MAY_BE_EMPTY):
            setattr(target, name, values[name])
    if target.user_id is not None and target.team_id is not None:
        raise InvalidInput.of("team_id", phrase("A target is a person's or a team's."))
    if target.amount is None or not (target.amount.is_finite() and 0 < target.amount < 10**15):
        raise InvalidInput.of("amount", phrase("A target is more than nothing."))
    day = values.get("first_day") or target.first_day or today(session)
    target.first_day = _first_of(target.unit, day)
    target.last_day = _month_after(target.first_day, _MONTHS[target.unit]) - timedelta(days=1)
    _require_one(session, target)


def _require_one(session: Session, target: SalesTarget) -> None:
    same = [
        getattr(SalesTarget, name).is_not_distinct_from(getattr(target, name)) for name in _SAME
    ]
    found = session.scalar(
        select(SalesTarget.id).where(
            SalesTarget.unit == target.unit, SalesTarget.first_day == target.first_day, *same
        )
    )
    if found is not None and found != target.id:
        raise Conflict(
            phrase("There is such a target from {day} on.", day=target.first_day),
            fix=phrase("Change that one."),
        )


def _first_of(unit: str, day: date) -> date:
    if unit == "year":
        return date(day.year, 1, 1)
    return date(day.year, day.month if unit == "month" else (day.month - 1) // 3 * 3 + 1, 1)


def _month_after(first: date, months: int) -> date:
    """The first day of the month so many months after a first day."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)
