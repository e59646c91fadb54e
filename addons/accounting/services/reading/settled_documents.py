"""Which documents a settlement concerns, for those who keep the documents themselves."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.api import (
    binding,
    fetch_rows,
)

_KNOWN: Final = "accounting.settled_documents"


@dataclass(frozen=True, slots=True)
class SettledDocument:
    """A document that entries were posted from, by the name of its source, and what is settled by
    now of what it asked for, without sign, in the currency in which it was agreed."""

    source_type: str
    source_id: str
    settled: Decimal


_SETTLED = text("""
SELECT entry.source_type, entry.source_id,
       sum(abs(coalesce(CASE WHEN line.original_amount IS NULL THEN settled.amount
                             ELSE settled.original_amount END, 0))) AS settled
  FROM accounting.journal_entry AS entry
  JOIN accounting.journal_line AS line ON line.entry_id = entry.id
  JOIN accounting.account AS account ON account.id = line.account_id
   AND account.subtype IN ('receivable', 'payable')
  LEFT JOIN accounting.settled_line AS settled ON settled.line_id = line.id
 WHERE entry.source_type IS NOT NULL AND entry.id IN (
         SELECT named.entry_id FROM accounting.settlement_part AS part
           JOIN accounting.journal_line AS named ON named.id = part.line_id
          WHERE part.settlement_id = :settlement_id)
 GROUP BY entry.source_type, entry.source_id
 ORDER BY entry.source_type, entry.source_id
""")


def settled_documents(session: Session, settlement_id: int) -> list[SettledDocument]:
    """The documents whose lines a settlement takes part of, or took before it was undone."""
    session.flush()
    known: dict[int, list[SettledDocument]] = binding(session).context.setdefault(_KNOWN, {})
    if settlement_id not in known:
        rows = fetch_rows(session, _SETTLED, {"settlement_id": settlement_id})
        known[settlement_id] = [SettledDocument(*row) for row in rows]
    return known[settlement_id]


def forget_settled(session: Session) -> None:
    """Something is settled, or undone: ask anew. Each is told to several, who ask the same."""
    binding(session).context.pop(_KNOWN, None)
