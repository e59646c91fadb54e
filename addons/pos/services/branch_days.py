"""What the tills of one branch did on one day, and what is still open of it.

The day is that on which a sale is in the books, where the company is. Amounts are in the currency
of the receipts, one for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import TextClause, select, text
from sqlalchemy.orm import Session

from addons.pos.models import Register, TillSession
from addons.pos.services.dashboard import Standing, standings
from core.api import binding

_BRANCHES: Final = text("""
SELECT DISTINCT register.branch_id
  FROM pos.sale AS sale JOIN pos.register AS register ON register.id = sale.register_id
 WHERE sale.day = :day ORDER BY register.branch_id
""")
_NAME: Final = text("SELECT name FROM core.branch WHERE id = :id")
_WITHIN: Final = """
  JOIN pos.register AS register ON register.id = sale.register_id
   AND register.branch_id IS NOT DISTINCT FROM CAST(:branch AS bigint)
"""


def _of_branch(statement: str) -> TextClause:
    return text(statement.format(within=_WITHIN))


_RECEIPTS: Final = _of_branch("""
SELECT sale.kind AS name, sale.currency, count(*) AS times, sum(sale.total) AS amount
  FROM pos.sale AS sale {within} WHERE sale.day = :day
 GROUP BY sale.kind, sale.currency ORDER BY sale.kind DESC, sale.currency
""")
_PAID: Final = _of_branch("""
SELECT method.name, sale.currency, count(*) AS times, sum(payment.amount) AS amount
  FROM pos.sale AS sale {within} JOIN pos.sale_payment AS payment ON payment.sale_id = sale.id
  JOIN pos.method AS method ON method.id = payment.method_id WHERE sale.day = :day
 GROUP BY method.id, sale.currency ORDER BY method.position, method.id, sale.currency
""")
_FLAGS: Final = _of_branch("""
SELECT flag, count(*) AS times
  FROM pos.sale AS sale {within} CROSS JOIN unnest(sale.flags) AS flag WHERE sale.day = :day
 GROUP BY flag ORDER BY times DESC, flag
""")


@dataclass(frozen=True, slots=True)
class Figure:
    """How often, and how much of a currency: of a kind of receipt or a way to pay."""

    name: str
    currency: str
    times: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BranchDay:
    """A day of a branch. `different` are the sessions that were closed on it with another count
    than was expected, `unclosed` the tills with a session that began by then and still runs,
    `standings` how its active tills stand now, `flags` how many receipts bear each flag."""

    branch: str
    day: date
    receipts: tuple[Figure, ...]
    paid: tuple[Figure, ...]
    different: Sequence[TillSession]
    standings: tuple[Standing, ...]
    unclosed: tuple[Standing, ...]
    flags: tuple[tuple[str, int], ...]


def branches_that_sold(session: Session, day: date) -> list[int | None]:
    """The branches with a receipt of that day; None for tills that are of no branch."""
    return list(session.scalars(_BRANCHES, {"day": day}))


def branch_day(session: Session, branch_id: int | None, day: date) -> BranchDay:
    """What a branch did on a day; tills that are of no branch bear the company's name."""
    given = {"branch": branch_id, "day": day}
    begin, end = _bounds(session, day)
    tills = tuple(one for one in standings(session) if one.register.branch_id == branch_id)
    name = None if branch_id is None else session.scalar(_NAME, {"id": branch_id})
    return BranchDay(
        name or binding(session).tenant.title,
        day,
        _figures(session, _RECEIPTS, given),
        _figures(session, _PAID, given),
        _different(session, branch_id, begin, end),
        tills,
        tuple(one for one in tills if any(run.opened_at < end for run in one.sessions)),
        tuple((row.flag, row.times) for row in session.execute(_FLAGS, given)),
    )


def _figures(session: Session, statement: TextClause, given: dict[str, Any]) -> tuple[Figure, ...]:
    return tuple(
        Figure(row.name, row.currency, row.times, row.amount)
        for row in session.execute(statement, given)
    )


def _different(
    session: Session, branch_id: int | None, begin: datetime, end: datetime
) -> Sequence[TillSession]:
    return session.scalars(
        select(TillSession)
        .join(Register, Register.id == TillSession.register_id)
        .where(
            Register.branch_id.is_not_distinct_from(branch_id),
            TillSession.closed_at >= begin,
            TillSession.closed_at < end,
            TillSession.difference != 0,
        )
        .order_by(Register.code, TillSession.z_number)
    ).all()


def _bounds(session: Session, day: date) -> tuple[datetime, datetime]:
    """When the day begins and ends where the company is."""
    zone = ZoneInfo(binding(session).tenant.timezone)
    begin = datetime.combine(day, time(), zone)
    return begin, datetime.combine(day + timedelta(days=1), time(), zone)
