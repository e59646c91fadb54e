"""What statements hold already: which months are approved, what they counted, and what of it was
unpaid since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.sales.models import Application
from addons.sales.models.commissions import CommissionLine, CommissionStatement
from addons.sales.services.amounts import ZERO
from addons.sales.services.commissions.earning import Booked, Given

Months = Mapping[int, set[date]]
"""The first days of months, by the person."""


def approved_months(session: Session) -> Months:
    """The months of which each person has an approved statement."""
    found: dict[int, set[date]] = defaultdict(set)
    rows = session.execute(
        select(CommissionStatement.user_id, CommissionStatement.first_day).where(
            CommissionStatement.state == "approved"
        )
    )
    for user_id, first in rows:
        found[user_id].add(first)
    return found


def month_for(user_id: int, day: date, approved: Months) -> date:
    """The first day of the month whose statement counts what happened on a day: its own, or the
    first after it that is still open."""
    month = day.replace(day=1)
    while month in approved.get(user_id, ()):
        month = last_of(month) + timedelta(days=1)
    return month


def last_of(first: date) -> date:
    """The last day of the month that begins on this day."""
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def counted_keys(session: Session, since: date) -> Mapping[int, set[Booked]]:
    """What approved statements hold of a day or later, by the plan."""
    rows = session.execute(
        select(
            CommissionLine.plan_id,
            CommissionLine.user_id,
            CommissionLine.invoice_line_id,
            func.coalesce(CommissionLine.application_id, 0),
        )
        .join(CommissionStatement, CommissionStatement.id == CommissionLine.statement_id)
        .where(
            CommissionStatement.state == "approved",
            CommissionLine.kind != "reversed",
            CommissionLine.day >= since,
        )
    )
    found: dict[int, set[Booked]] = defaultdict(set)
    for plan_id, receiver, line_id, application_id in rows:
        found[plan_id].add((receiver, line_id, application_id))
    return found


class GivenBefore:
    """What receivers were given for these lines by statements of the months before, read once."""

    def __init__(self, session: Session, first: date, origins: Collection[int]) -> None:
        rows = session.execute(
            select(
                CommissionLine.plan_id,
                CommissionLine.user_id,
                CommissionLine.origin_id,
                func.sum(CommissionLine.base),
                func.sum(CommissionLine.amount),
            )
            .join(CommissionStatement, CommissionStatement.id == CommissionLine.statement_id)
            .where(
                CommissionStatement.first_day < first,
                CommissionLine.origin_id.in_(origins),
            )
            .group_by(CommissionLine.plan_id, CommissionLine.user_id, CommissionLine.origin_id)
        )
        self._known = {(row[0], row[1], row[2]): Given(row[3], row[4]) for row in rows}

    def __call__(self, plan_id: int, receiver_id: int, origin_id: int) -> Given:
        return self._known.get((plan_id, receiver_id, origin_id), Given(ZERO, ZERO))


def unpaid_lines(session: Session) -> Sequence[CommissionLine]:
    """Lines of approved statements whose payment was taken back since, and which no approved
    statement took back."""
    other = CommissionLine.__table__.alias("other")
    held = CommissionStatement.__table__.alias("held")
    back = (
        select(other.c.id)
        .join(held, held.c.id == other.c.statement_id)
        .where(
            held.c.state == "approved",
            other.c.kind == "reversed",
            other.c.plan_id == CommissionLine.plan_id,
            other.c.user_id == CommissionLine.user_id,
            other.c.invoice_line_id == CommissionLine.invoice_line_id,
            other.c.application_id == CommissionLine.application_id,
        )
    )
    return session.scalars(
        select(CommissionLine)
        .join(CommissionStatement, CommissionStatement.id == CommissionLine.statement_id)
        .join(Application, Application.id == CommissionLine.application_id)
        .where(
            CommissionStatement.state == "approved",
            CommissionLine.kind != "reversed",
            Application.undone.is_(True),
            ~back.exists(),
        )
        .order_by(CommissionLine.id)
    ).all()
