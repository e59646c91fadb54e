"""Posted lines for ledgers and journals: of some accounts, a partner, a time, some branches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.contacts.api import all_ids, canonical_ids

Order = Literal["account", "partner", "journal", "day"]


@dataclass(frozen=True, slots=True)
class LineQuery:
    """Which lines. What is None does not narrow; branch 0 stands for entries of no branch.

    `partner_id` and `partner` exclude each other: a partner of the address book has an id, and
    brings along what names any contact that was merged into it; one who was only typed has a name.
    """

    currency: str
    start: date | None = None
    end: date | None = None
    account_ids: Collection[int] | None = None
    branches: Collection[int] | None = None
    partner_id: int | None = None
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class PostedLine:
    """A posted line with what its entry says."""

    id: int
    entry_id: int
    number: str
    date: date
    journal: str
    account_id: int
    account: str
    partner_id: int | None
    partner: str
    reference: str
    text: str
    due_date: date | None
    amount: Decimal


_ORDERS = {
    "account": "account.code, line.date, line.id",
    "partner": "partner, partner_id, line.date, line.id",
    "day": "line.date, line.id",
    "journal": "line.date, line.entry_id, line.position, line.id",
}
_SELECT = """
SELECT line.id, line.entry_id, entry.number, line.date, journal.code AS journal, line.account_id,
       account.code AS account, coalesce(line.partner_id, entry.partner_id) AS partner_id,
       entry.partner AS partner, entry.reference,
       coalesce(nullif(line.label, ''), entry.narration) AS text, line.due_date, line.amount
"""
_FROM = """
  FROM accounting.journal_line AS line
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id
  JOIN accounting.journal AS journal ON journal.id = entry.journal_id
  JOIN accounting.account AS account ON account.id = line.account_id
 WHERE entry.number IS NOT NULL AND line.currency = :currency
"""


def posted_lines(
    session: Session,
    query: LineQuery,
    order: Order,
    *,
    limit: int,
    after: tuple[date, int] | None = None,
) -> Sequence[PostedLine]:
    """The lines, oldest first. `after` is day and id of the line that the last page ended with,
    in the order of days; of the entry, in that of the journal."""
    where, given = _where(session, query)
    if after is not None:
        last = "line.entry_id" if order == "journal" else "line.id"
        where += f" AND (line.date, {last}) > (CAST(:after_day AS date), :after_line)"
        given |= {"after_day": after[0], "after_line": after[1]}
    ordered = f"{_SELECT}{_FROM}{where} ORDER BY {_ORDERS[order]} LIMIT :limit"
    rows = session.execute(text(ordered), {**given, "limit": limit}).all()
    today = canonical_ids(session, {row.partner_id for row in rows})
    return [_line(PostedLine(*row), today) for row in rows]


def _line(line: PostedLine, today: Mapping[int, int]) -> PostedLine:
    """The line with the contact that its partner has become, if it was merged into another."""
    if line.partner_id is None or today.get(line.partner_id, line.partner_id) == line.partner_id:
        return line
    return replace(line, partner_id=today[line.partner_id])


def entries_of_branches(
    session: Session, entry_ids: Collection[int], branches: Collection[int]
) -> frozenset[int]:
    """Those of the entries that belong to these branches; 0 stands for none."""
    found = session.scalars(
        text(
            "SELECT id FROM accounting.journal_entry WHERE id = ANY(CAST(:ids AS bigint[]))"
            " AND coalesce(branch_id, 0) = ANY(CAST(:branches AS bigint[]))"
        ),
        {"ids": list(entry_ids), "branches": list(branches)},
    )
    return frozenset(found)


def count_lines(session: Session, query: LineQuery) -> int:
    """How many lines there are."""
    where, given = _where(session, query)
    return session.execute(text(f"SELECT count(*) {_FROM}{where}"), given).scalar_one()


def sum_until(session: Session, query: LineQuery, last: tuple[date, int]) -> Decimal:
    """What the lines up to and including this one add up to: the balance a page begins with."""
    where, given = _where(session, query)
    where += " AND (line.date, line.id) <= (CAST(:last_day AS date), :last_line)"
    given |= {"last_day": last[0], "last_line": last[1]}
    found = session.execute(text(f"SELECT sum(line.amount) {_FROM}{where}"), given).scalar()
    return found or Decimal(0)


def _where(session: Session, query: LineQuery) -> tuple[str, dict[str, Any]]:
    parts: list[str] = []
    given: dict[str, Any] = {"currency": query.currency}
    if query.start is not None:
        parts.append("line.date >= :start")
        given["start"] = query.start
    if query.end is not None:
        parts.append("line.date <= :end")
        given["end"] = query.end
    if query.account_ids is not None:
        parts.append("line.account_id = ANY(CAST(:accounts AS bigint[]))")
        given["accounts"] = list(query.account_ids)
    if query.branches is not None:
        parts.append("coalesce(entry.branch_id, 0) = ANY(CAST(:branches AS bigint[]))")
        given["branches"] = list(query.branches)
    if query.partner_id is not None:
        parts.append(
            "coalesce(line.partner_id, entry.partner_id) = ANY(CAST(:partners AS bigint[]))"
        )
        given["partners"] = list(all_ids(session, query.partner_id))
    elif query.partner is not None:
        parts.append(
            "coalesce(line.partner_id, entry.partner_id) IS NULL AND entry.partner = :partner"
        )
        given["partner"] = query.partner
    return "".join(f" AND {part}" for part in parts), given
