"""The figures of the start page on what is owed: overdue receivables, payables due this week,
cheques payable today; and the trouble of cheques that were forgotten."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from addons.accounting.models import OpenLine
from addons.accounting.models.cheques import Cheque
from core.api import Amount, Trouble, phrase, today

_WAITING = ("received", "issued")


def receivables_overdue(session: Session) -> list[Amount]:
    """What customers should have paid before today, by currency of the books."""
    day = today(session)
    late = (OpenLine.subtype == "receivable", OpenLine.residual > 0, OpenLine.due_date < day)
    return _amounts(session, *late)


def payables_this_week(session: Session) -> list[Amount]:
    """What suppliers are to be paid within seven days, and what is late already."""
    until = today(session) + timedelta(days=7)
    due = (OpenLine.subtype == "payable", OpenLine.residual < 0, OpenLine.due_date <= until)
    return _amounts(session, *due)


def cheques_today(session: Session) -> list[Amount]:
    """How many cheques can be taken to the bank, or will be, as of today."""
    day = today(session)
    ripe = select(func.count()).where(Cheque.state.in_(_WAITING), Cheque.due_date <= day)
    return [Amount(session.scalar(ripe) or 0)]


def forgotten_cheques(session: Session) -> list[Trouble]:
    """Cheques in hand whose day has passed: nobody took them to the bank."""
    day = today(session)
    late = select(func.count(), func.min(Cheque.due_date)).where(
        Cheque.state == "received", Cheque.due_date < day
    )
    count, since = session.execute(late).one()
    if not count:
        return []
    return [
        Trouble(
            key="cheques-forgotten",
            title=phrase("Cheques in hand could have been deposited"),
            cause=phrase(
                "Cheques past their day: {count}, the oldest since {day}.",
                count=count,
                day=since,
            ),
            severity="warning",
            url="/accounting/cheques?view=waiting",
        )
    ]


def _amounts(session: Session, *where: ColumnElement[bool]) -> list[Amount]:
    """Sums by currency, without sign; the database adds them up."""
    sums = select(OpenLine.currency, func.abs(func.sum(OpenLine.residual))).where(*where)
    rows = session.execute(sums.group_by(OpenLine.currency).order_by(OpenLine.currency))
    return [Amount(total, currency) for currency, total in rows]
