"""How far targets are: for the start page, and as a report beside the year before."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.sales.models.targets import TargetProgress
from addons.sales.permissions import VIEW_TARGETS
from addons.sales.services.amounts import ZERO
from core.api import Period, Point, ReportTable, actor, phrase, today

_MOST: Final = 6
"""As many targets the card shows."""


def running_targets(session: Session) -> list[Point]:
    """The targets of these days that their reader may see, each beside what was sold of it, in
    percent; his own first."""
    day, who = today(session), actor(session)
    rows = session.scalars(
        select(TargetProgress)
        .where(TargetProgress.first_day <= day, TargetProgress.last_day >= day, _mine(session))
        .order_by(
            (TargetProgress.user_id == who.user_id).is_(True).desc(),
            TargetProgress.last_day,
            TargetProgress.id,
        )
        .limit(_MOST)
    ).all()
    points = []
    for one in rows:
        name = f"{target_name(one)} {_days(one.first_day, one.unit)}"
        through = (day - one.first_day).days + 1
        of_days = (one.last_day - one.first_day).days + 1
        due = round(100 * through / of_days)
        points.append(Point(name, one.percent, phrase("Reached, percent")))
        points.append(Point(name, due, phrase("Days gone, percent")))
    return points


def target_name(one: TargetProgress) -> str:
    """Whose target it is, and of which category."""
    return " · ".join(part for part in (one.whose, one.category) if part) or phrase("Everybody")


def report(session: Session, period: Period) -> ReportTable:
    """The targets that lie within the period, with what was sold and what was in the year before;
    the total is of targets in money."""
    wanted = select(TargetProgress).where(_mine(session))
    if period.start is not None:
        wanted = wanted.where(TargetProgress.first_day >= period.start)
    if period.end is not None:
        wanted = wanted.where(TargetProgress.last_day <= period.end)
    found = session.scalars(wanted.order_by(TargetProgress.first_day, TargetProgress.id)).all()
    columns = (
        "from",
        "until",
        "whose",
        "category",
        "measure",
        "target",
        "actual",
        "percent",
        "missing",
        "last year",
        "change",
    )
    rows = tuple(
        (
            one.first_day,
            one.last_day,
            one.whose,
            one.category,
            one.measure,
            one.amount,
            one.actual,
            one.percent,
            one.missing,
            one.last_year,
            one.actual - one.last_year,
        )
        for one in found
    )
    money = sum((one.actual for one in found if one.measure == "net"), ZERO)
    return ReportTable(columns, rows, {"actual": {company_currency(session): money}})


def _days(first: date, unit: str) -> str:
    if unit == "year":
        return f"{first:%Y}"
    return f"{first:%Y-%m}" if unit == "month" else f"{first:%Y}-Q{(first.month + 2) // 3}"


def _mine(session: Session) -> ColumnElement[bool]:
    """The targets that whoever looks may see."""
    who = actor(session)
    scope = who.scope(VIEW_TARGETS.code)
    if scope == "own":
        return TargetProgress.user_id == who.user_id
    if scope == "team":
        return TargetProgress.team_id.in_(who.teams) | (TargetProgress.user_id == who.user_id)
    return true()
