"""Statements of commissions: worked out as drafts as often as anybody likes, approved for good.

A statement holds what happened in its month, and of earlier months what came after these were
approved: an invoice that was dated back, a payment that was taken back. Working one out anew gives
the same lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.sales.events import CommissionApproved
from addons.sales.models.commissions import (
    CommissionLine,
    CommissionPlan,
    CommissionStatement,
)
from addons.sales.services.amounts import ZERO, step_of
from addons.sales.services.commissions.counted import (
    GivenBefore,
    Months,
    approved_months,
    counted_keys,
    last_of,
    month_for,
    unpaid_lines,
)
from addons.sales.services.commissions.earning import Share, period_start, shares_of
from addons.sales.services.commissions.happenings import invoiced, paid
from core.api import Conflict, actor, emit, phrase, today, utc_now

_TURN: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('sales.commissions', 0))")
_NAMES: Final = text("SELECT id, name FROM core.user_account WHERE id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)
MOST_MONTHS: Final = 24
"""As far back late documents are looked for."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A line of a statement, before it is written, to be compared with what is there."""

    plan_id: int
    plan_name: str
    kind: str
    day: date
    invoice_id: int
    invoice_line_id: int
    origin_id: int
    application_id: int | None
    label: str
    base: Decimal
    explained: str
    share: Decimal
    amount: Decimal


def work_out(session: Session, day: date) -> list[CommissionStatement]:
    """The statements of the month that a day lies in, worked out anew where they are drafts.
    Those who earn nothing have none."""
    session.execute(_TURN)
    first = day.replace(day=1)
    last = last_of(first)
    approved = approved_months(session)
    wanted: dict[int, list[_Written]] = defaultdict(list)
    for share in _all_shares(session, first, last, approved):
        if share.amount and month_for(share.receiver_id, share.happening.day, approved) == first:
            wanted[share.receiver_id].append(_as_written(share))
    for line in unpaid_lines(session):
        if month_for(line.user_id, line.statement.first_day, approved) == first:
            wanted[line.user_id].append(_reversal(line, last))
    return _write(session, first, last, wanted)


def work_out_open(session: Session, until: date, months: int = MOST_MONTHS) -> int:
    """Work out the last so many months until the one of this day, and those since the oldest
    draft; returns how many statements there are of them."""
    begins = session.scalar(select(func.min(CommissionPlan.valid_from)))
    if begins is None:
        return 0
    oldest = session.scalar(
        select(func.min(CommissionStatement.first_day)).where(CommissionStatement.state == "draft")
    )
    wanted = max(begins, until - timedelta(days=31 * months))
    first = (wanted if oldest is None else min(wanted, oldest)).replace(day=1)
    count = 0
    while first <= until:
        count += len(work_out(session, first))
        first = last_of(first) + timedelta(days=1)
    return count


def approve(session: Session, statement: CommissionStatement) -> CommissionStatement:
    """Make a statement final, as it was worked out just now. Raises Conflict for a month that is
    not over, and for one that was approved already."""
    session.execute(_TURN)
    session.refresh(statement, with_for_update=True)
    if statement.state != "draft":
        raise Conflict(
            phrase("{name} was approved already.", name=statement_title(statement)),
            fix=phrase("What comes later is in the next statement."),
        )
    if statement.last_day >= today(session):
        raise Conflict(
            phrase("The month is not over."),
            fix=phrase("Approve it from {day} on.", day=statement.last_day + timedelta(days=1)),
        )
    work_out(session, statement.first_day)
    session.flush()
    statement.state, statement.approved_at = "approved", utc_now()
    statement.approved_by = actor(session).name
    session.flush()
    emit(
        session,
        CommissionApproved(
            statement_id=statement.id,
            user_id=statement.user_id,
            user_name=statement.user_name,
            first_day=statement.first_day,
            last_day=statement.last_day,
            currency=statement.currency,
            total=statement.total,
        ),
    )
    return statement


def statement_title(statement: CommissionStatement) -> str:
    """Whose, and of which month."""
    return f"{statement.user_name} {statement.first_day:%Y-%m}"


def _all_shares(session: Session, first: date, last: date, approved: Months) -> list[Share]:
    """What everybody gets of what happened from the first approved month, and the first day of
    the tiers' period, until the end of the month; without what was approved."""
    plans = session.scalars(
        select(CommissionPlan).where(CommissionPlan.valid_from <= last).order_by(CommissionPlan.id)
    ).all()
    if not plans:
        return []
    months = [month for held in approved.values() for month in held if month <= first]
    earliest = max(min(months, default=first), first - timedelta(days=31 * MOST_MONTHS))
    since = period_start("quarter", earliest)
    happened = {
        way: read(session, since, last)
        for way, read in (("invoiced", invoiced), ("paid", paid))
        if any(plan.earned_on == way for plan in plans)
    }
    booked = counted_keys(session, since)
    origins = {one.origin_id for found in happened.values() for one in found if one.is_credit}
    given = GivenBefore(session, first, origins)
    step = step_of(company_currency(session))
    return [
        share
        for plan in plans
        for share in shares_of(
            session, plan, happened[plan.earned_on], booked[plan.id], given, step
        )
        if (share.receiver_id, *share.key) not in booked[plan.id]
    ]


def _as_written(share: Share) -> _Written:
    one = share.happening
    return _Written(
        plan_id=share.plan_id,
        plan_name=share.plan_name,
        kind=share.kind,
        day=one.day,
        invoice_id=one.invoice_id,
        invoice_line_id=one.line_id,
        origin_id=one.origin_id,
        application_id=one.application_id,
        label=one.label,
        base=share.base,
        explained=share.explained,
        share=share.percent,
        amount=share.amount,
    )


def _reversal(line: CommissionLine, day: date) -> _Written:
    return _Written(
        plan_id=line.plan_id,
        plan_name=line.plan_name,
        kind="reversed",
        day=day,
        invoice_id=line.invoice_id,
        invoice_line_id=line.invoice_line_id,
        origin_id=line.origin_id,
        application_id=line.application_id,
        label=line.label,
        base=-line.base,
        explained=f"{-line.amount:,f}",
        share=line.share,
        amount=-line.amount,
    )


def _write(
    session: Session, first: date, last: date, wanted: Mapping[int, list[_Written]]
) -> list[CommissionStatement]:
    """Make the drafts of a month hold these lines; those that do already are left alone."""
    known = {
        one.user_id: one
        for one in session.scalars(
            select(CommissionStatement).where(CommissionStatement.first_day == first)
        )
    }
    missing = wanted.keys() - known.keys()
    names = (
        {row[0]: row[1] for row in session.execute(_NAMES, {"ids": list(missing)})}
        if missing
        else {}
    )
    for user_id in sorted(missing):
        statement = CommissionStatement(
            user_id=user_id,
            user_name=names.get(user_id, ""),
            first_day=first,
            last_day=last,
            currency=company_currency(session),
            lines=[],
        )
        session.add(statement)
        known[user_id] = statement
    session.flush()
    for user_id, statement in known.items():
        if statement.state == "draft":
            _fill(session, statement, wanted.get(user_id, []))
    session.flush()
    return [one for _, one in sorted(known.items()) if one.state == "draft" or one.lines]


def _fill(session: Session, statement: CommissionStatement, lines: Sequence[_Written]) -> None:
    ordered = sorted(
        lines, key=lambda one: (one.day, one.invoice_line_id, one.application_id or 0, one.plan_id)
    )
    names = tuple(_Written.__dataclass_fields__)
    there = [_Written(**{name: getattr(line, name) for name in names}) for line in statement.lines]
    if there == ordered:
        return
    statement.lines = []
    session.flush()  # what is taken out makes room for the same lines elsewhere
    statement.lines = [
        CommissionLine(
            position=place,
            user_id=statement.user_id,
            **{name: getattr(one, name) for name in names},
        )
        for place, one in enumerate(ordered, start=1)
    ]
    statement.total = sum((one.amount for one in ordered), ZERO)
