"""What is open: lines of reconcilable accounts with what is left of them, now or on any day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from addons.accounting.services.settlement.values import OpenItem
from addons.contacts.api import all_ids, canonical_ids
from core.api import fetch_rows

_COLUMNS: Final = """
SELECT line.id AS line_id, line.entry_id, line.account_id,
       coalesce(line.partner_id, entry.partner_id) AS partner_id,
       line.date, line.due_date, line.currency, line.amount,
       line.amount - coalesce(settled.amount, 0) AS residual,
       line.original_currency,
       line.original_amount - coalesce(settled.original_amount, 0) AS original_residual,
       coalesce(entry.number, '') AS number, entry.reference, line.original_amount,
       account.code AS account, entry.partner,
       coalesce(nullif(line.label, ''), entry.narration) AS text
  FROM accounting.journal_line AS line
  JOIN accounting.account ON account.id = line.account_id AND account.reconcilable
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id AND entry.state = 'posted'
"""
_NOW: Final = """
  LEFT JOIN accounting.settled_line AS settled ON settled.line_id = line.id
 WHERE NOT coalesce(settled.is_closed, false)
   AND (line.amount <> 0 OR line.original_amount <> 0)
"""
# What was settled later, or undone since, does not count on an earlier day.
_ON_A_DAY: Final = """
  LEFT JOIN (
    SELECT part.line_id, sum(part.amount) AS amount, sum(part.original_amount) AS original_amount
      FROM accounting.settlement_part AS part
      JOIN accounting.settlement ON settlement.id = part.settlement_id
     WHERE settlement.date <= :on AND (settlement.undone_on IS NULL OR settlement.undone_on > :on)
     GROUP BY part.line_id) AS settled ON settled.line_id = line.id
 WHERE line.date <= :on
   AND (line.amount <> coalesce(settled.amount, 0)
        OR coalesce(line.original_amount, 0) <> coalesce(settled.original_amount, 0))
"""
_TOTALS: Final = "SELECT account_id, currency, sum(residual) FROM ({}) AS open GROUP BY 1, 2"
_PARTNERS: Final = "SELECT partner_id, sum(residual) FROM ({}) AS open GROUP BY 1"
_GROUPS: Final = """
SELECT account_id, account, contacts.canonical_id(partner_id) AS partner_id,
       CASE WHEN partner_id IS NULL THEN partner ELSE '' END AS named,
       coalesce(nullif(original_currency, ''), currency) AS currency,
       coalesce(sum(owed) FILTER (WHERE owed > 0), 0) AS debit,
       coalesce(-sum(owed) FILTER (WHERE owed < 0), 0) AS credit,
       coalesce(sum(owed) FILTER (WHERE coalesce(due_date, date) < :day), 0) AS late,
       count(*) AS items
  FROM (SELECT found.*, coalesce(original_residual, residual) AS owed FROM ({}) AS found) AS open
 GROUP BY 1, 2, 3, 4, 5
"""
# As two conditions, so that each can be answered by its index.
_OF_PARTNER: Final = (
    " AND (line.partner_id = ANY (:partners)"
    " OR line.partner_id IS NULL AND entry.partner_id = ANY (:partners))"
)
_NAMED_ALONE: Final = (
    " AND line.partner_id IS NULL AND entry.partner_id IS NULL AND entry.partner = :named"
)
_ORDER: Final = " ORDER BY coalesce(line.due_date, line.date), line.date, line.id"
_OF_LINES: Final = text(_COLUMNS + _NOW + " AND line.id = ANY (:ids)" + _ORDER)
_LOCK: Final = text("""
SELECT id FROM accounting.journal_line WHERE id = ANY (:ids) ORDER BY id FOR NO KEY UPDATE
""")


def open_items(
    session: Session,
    *,
    account_ids: Iterable[int] | None = None,
    partner_id: int | None = None,
    on: date | None = None,
    currency: str | None = None,
    named: str | None = None,
    limit: int | None = None,
) -> list[OpenItem]:
    """What is open, the oldest due first.

    `on` asks for what was open at the end of that day, by what was posted and settled until
    then. `currency` is the one in which an item was agreed. `partner_id` finds what names
    any contact that was merged into this one, too; `named` what names no contact but bears this
    name, as entries of an imported ledger do.
    """
    statement = _COLUMNS + (_NOW if on is None else _ON_A_DAY)
    values: dict[str, Any] = {} if on is None else {"on": on}
    if named is not None:
        statement += _NAMED_ALONE
        values["named"] = named
    if account_ids is not None:
        statement += " AND line.account_id = ANY (:accounts)"
        values["accounts"] = list(account_ids)
    if partner_id is not None:
        statement += _OF_PARTNER
        values["partners"] = list(all_ids(session, partner_id))
    if currency is not None:
        statement += " AND coalesce(nullif(line.original_currency, ''), line.currency) = :currency"
        values["currency"] = currency
    statement += _ORDER
    if limit is not None:
        statement += " LIMIT :limit"
        values["limit"] = limit
    return _items(session, session.execute(text(statement), values).all())


def open_sums(
    session: Session, day: date, *, on: date | None = None, partner_id: int | None = None
) -> Sequence[Row[Any]]:
    """What is open by account, partner (or name alone) and currency in which it was agreed: both
    sides, what was due before `day`, and how many items; now, or at the end of the day `on`."""
    inner = _COLUMNS + (_NOW if on is None else _ON_A_DAY)
    values: dict[str, Any] = {"day": day} if on is None else {"day": day, "on": on}
    if partner_id is not None:
        inner += _OF_PARTNER
        values["partners"] = list(all_ids(session, partner_id))
    return session.execute(text(_GROUPS.format(inner)), values).all()


def open_by_partner(
    session: Session, account_ids: Sequence[int], partner_ids: Sequence[int]
) -> dict[int, Decimal]:
    """What is open on these accounts now of each of these partners, by the id that documents
    name them with, in the currency of the books."""
    inner = _COLUMNS + _NOW + _OF_PARTNER + " AND line.account_id = ANY (:accounts)"
    values = {"partners": list(partner_ids), "accounts": list(account_ids)}
    rows = session.execute(text(_PARTNERS.format(inner)), values)
    return {row[0]: row[1] for row in rows}


def open_totals(session: Session, on: date | None = None) -> dict[tuple[int, str], Decimal]:
    """What is open by account and currency of the books, now or at the end of a day."""
    inner = _COLUMNS + (_NOW if on is None else _ON_A_DAY)
    statement = text(_TOTALS.format(inner))
    rows = session.execute(statement, {} if on is None else {"on": on})
    return {(row[0], row[1]): row[2] for row in rows}


def locked_items(session: Session, line_ids: Sequence[int]) -> list[OpenItem]:
    """These lines, as far as they are open, in the order of their due dates. Whoever else wants
    to settle one of them waits for the end of this transaction."""
    session.flush()
    fetch_rows(session, _LOCK, {"ids": list(line_ids)})
    # A statement of its own, so that it sees what the one waited for has committed.
    return items_of_lines(session, line_ids)


def items_of_lines(session: Session, line_ids: Sequence[int]) -> list[OpenItem]:
    """These lines, as far as they are open, for looking at them; nobody waits."""
    return _items(session, fetch_rows(session, _OF_LINES, {"ids": list(line_ids)}))


def items_of_entry(session: Session, entry_id: int) -> list[OpenItem]:
    """What is open of an entry's lines, in the order in which they stand in it."""
    statement = text(
        _COLUMNS + _NOW + " AND line.entry_id = :entry ORDER BY line.position, line.id"
    )
    session.flush()
    return _items(session, session.execute(statement, {"entry": entry_id}).all())


def _items(session: Session, rows: Sequence[Any]) -> list[OpenItem]:
    today = canonical_ids(session, {row.partner_id for row in rows})
    return [_item(row, today) for row in rows]


def _item(row: Any, today: dict[int, int]) -> OpenItem:
    values = row._asdict()
    named = values["partner_id"]
    values["partner_id"] = today.get(named, named)
    return OpenItem(**values, entry_partner_id=named)
