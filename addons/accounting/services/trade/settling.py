"""Setting what a partner has to his credit against what he owes, document by document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.accounting.models.trade import ToldApplication
from addons.accounting.services.payments.agreed import Side
from addons.accounting.services.settlement.settling import NothingToSettle, settle
from core.api import fetch_rows

_OPEN: Final = text("""
SELECT line.id AS line_id, account.code AS account, entry.source_id,
       coalesce(line.original_amount - coalesce(settled.original_amount, 0),
                line.amount - coalesce(settled.amount, 0)) AS owed
  FROM accounting.journal_entry AS entry
  JOIN accounting.journal_line AS line ON line.entry_id = entry.id
  JOIN accounting.account ON account.id = line.account_id AND account.subtype = :side
  LEFT JOIN accounting.settled_line AS settled ON settled.line_id = line.id
 WHERE entry.source_type = :source_type AND entry.source_id = ANY (:source_ids)
   AND entry.state = 'posted' AND NOT coalesce(settled.is_closed, false)
 ORDER BY entry.source_id, coalesce(line.due_date, line.date), line.id
""")
# What is left of payments that no document took, oldest first: lines of the payments' entries on
# the partner's account, in the currency in which they were agreed.
_ON_ACCOUNT: Final = text("""
SELECT line.id AS line_id, account.code AS account, entry.source_id,
       coalesce(line.original_amount - coalesce(settled.original_amount, 0),
                line.amount - coalesce(settled.amount, 0)) AS owed
  FROM accounting.journal_line AS line
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id
  JOIN accounting.account ON account.id = line.account_id AND account.code = :account
  LEFT JOIN accounting.settled_line AS settled ON settled.line_id = line.id
 WHERE entry.source_type = :source_type AND entry.state = 'posted'
   AND line.partner_id = :partner_id AND sign(line.amount) = :sign
   AND coalesce(nullif(line.original_currency, ''), line.currency) = :currency
   AND NOT coalesce(settled.is_closed, false)
 ORDER BY entry.date, length(entry.source_id), entry.source_id, line.id
""")


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line that is still open: `owed` is signed, in the currency in which it was agreed."""

    line_id: int
    account: str
    source_id: int
    owed: Decimal


@dataclass(frozen=True, slots=True)
class Applied:
    """A credit that a document's addon set against something owed: `source_type` and `source_id`
    name the application, the documents are those of the books' entries."""

    source_type: str
    source_id: int
    credit: tuple[str, int]
    owed: tuple[str, int]
    amount: Decimal
    day: date
    side: Side


def apply_once(session: Session, applied: Applied) -> None:
    """Settle a credit with what it was set against; once, however often it is told."""
    new = insert(ToldApplication).values(
        source_type=applied.source_type, source_id=applied.source_id
    )
    told = new.on_conflict_do_nothing().returning(ToldApplication.source_id)
    if session.scalar(told) is None:
        return
    credit = open_lines(session, applied.credit[0], [applied.credit[1]], applied.side)
    owed = open_lines(session, applied.owed[0], [applied.owed[1]], applied.side)
    set_against(session, credit, owed, applied.amount, applied.day)


def open_lines(
    session: Session, source_type: str, source_ids: Iterable[int], side: Side
) -> list[OpenLine]:
    """What is still open of the entries of these documents, each document's first due first."""
    rows = fetch_rows(
        session,
        _OPEN,
        {
            "side": side,
            "source_type": source_type,
            "source_ids": [str(source_id) for source_id in source_ids],
        },
    )
    return [OpenLine(row.line_id, row.account, int(row.source_id), row.owed) for row in rows]


def on_account(
    session: Session, source_type: str, partner_id: int, account: str, currency: str, *, sign: int
) -> list[OpenLine]:
    """What a partner has on account by payments of this kind, the oldest first: `sign` is -1 for
    what a customer paid ahead, and 1 for what a supplier was paid ahead."""
    asked = {
        "source_type": source_type,
        "partner_id": partner_id,
        "account": account,
        "currency": currency,
        "sign": sign,
    }
    rows = fetch_rows(session, _ON_ACCOUNT, asked)
    return [OpenLine(row.line_id, row.account, int(row.source_id), row.owed) for row in rows]


def set_against(
    session: Session,
    credit: Sequence[OpenLine],
    owed: Sequence[OpenLine],
    amount: Decimal,
    day: date,
) -> None:
    """Settle lines of a credit with lines that are owed, as far as `amount` goes, which is in the
    currency of the documents. What somebody settled otherwise meanwhile stays as it is."""
    if not credit or not owed or not amount:
        return
    limits, left = {}, abs(amount)
    for line in credit:
        limits[line.line_id] = min(left, abs(line.owed))
        left -= limits[line.line_id]
    taken = [line_id for line_id, limit in limits.items() if limit]
    try:
        settle(
            session,
            [*taken, *(line.line_id for line in owed)],
            on=day,
            amounts={line_id: limits[line_id] for line_id in taken},
        )
    except NothingToSettle:
        return
