"""How much of an entry was settled, for what comes due with its payment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.api import fetch_rows


@dataclass(frozen=True, slots=True)
class SettledShare:
    """What an entry asked its partner for, and what of that is settled, without signs."""

    entry_id: int
    settled: Decimal
    whole: Decimal


_TAXED_SHARES: Final = text("""
SELECT line.entry_id,
       coalesce(sum(abs(taken.amount)), 0) AS settled, sum(abs(line.amount)) AS whole
  FROM accounting.journal_line AS line
  JOIN accounting.account AS account ON account.id = line.account_id
   AND account.subtype IN ('receivable', 'payable')
  LEFT JOIN LATERAL (
    SELECT sum(part.amount) AS amount FROM accounting.settlement_part AS part
      JOIN accounting.settlement AS settlement ON settlement.id = part.settlement_id
     WHERE part.line_id = line.id AND settlement.undone_on IS NULL
  ) AS taken ON true
 WHERE line.entry_id IN (
         SELECT settled.entry_id FROM accounting.settlement_part AS part
           JOIN accounting.journal_line AS settled ON settled.id = part.line_id
          WHERE part.settlement_id = :settlement_id)
   AND EXISTS (SELECT 1 FROM accounting.journal_line AS tax
                WHERE tax.entry_id = line.entry_id AND tax.tax_role = 'tax'
                  AND tax.tax_code = ANY(CAST(:codes AS text[])))
 GROUP BY line.entry_id HAVING sum(abs(line.amount)) > 0
 ORDER BY line.entry_id
""")


def settled_shares(
    session: Session, settlement_id: int, tax_codes: Collection[str]
) -> list[SettledShare]:
    """The shares of the entries whose lines a settlement takes part of, or took before it was
    undone, as far as they charge one of these taxes."""
    session.flush()
    wanted = {"settlement_id": settlement_id, "codes": list(tax_codes)}
    return [SettledShare(*row) for row in fetch_rows(session, _TAXED_SHARES, wanted)]
