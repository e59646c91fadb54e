"""What stands between the company and each of its partners, summed from the lines of the
accounts of receivables and payables: balances are not kept by partner."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.contacts.api import canonical_ids

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class PartnerFigures:
    """A partner's balance before, movement within and balance after, in one currency."""

    partner_id: int | None
    partner: str
    opening: Decimal
    debit: Decimal
    credit: Decimal


_FIGURES = """
SELECT coalesce(line.partner_id, entry.partner_id) AS partner_id,
       CASE WHEN coalesce(line.partner_id, entry.partner_id) IS NULL
            THEN entry.partner ELSE '' END AS typed,
       max(entry.partner) AS partner,
       coalesce(sum(line.amount) FILTER (WHERE line.date < CAST(:start AS date)), 0),
       coalesce(sum(line.debit) FILTER (WHERE line.date >= CAST(:start AS date)), 0),
       coalesce(sum(line.credit) FILTER (WHERE line.date >= CAST(:start AS date)), 0)
  FROM accounting.journal_line AS line
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id
 WHERE line.account_id = ANY(CAST(:accounts AS bigint[])) AND line.currency = :currency
   AND entry.number IS NOT NULL AND line.date <= CAST(:end AS date) {branches}
 GROUP BY 1, 2 ORDER BY 3, 1
"""
_BRANCHES = "AND coalesce(entry.branch_id, 0) = ANY(CAST(:branches AS bigint[]))"


def partner_figures(
    session: Session,
    account_ids: Collection[int],
    start: date,
    end: date,
    currency: str,
    branches: Collection[int] | None = None,
) -> list[PartnerFigures]:
    """The figures of every partner on these accounts, by name; lines without a partner together
    under an empty one. Contacts that were merged are one partner."""
    given = {"accounts": list(account_ids), "start": start, "end": end, "currency": currency}
    if branches is not None:
        given["branches"] = list(branches)
    statement = _FIGURES.format(branches="" if branches is None else _BRANCHES)
    rows = session.execute(text(statement), given).all()
    today = canonical_ids(session, {row.partner_id for row in rows})
    found: dict[tuple[int | None, str], PartnerFigures] = {}
    for partner_id, typed, partner, opening, debit, credit in rows:
        contact = None if partner_id is None else today.get(partner_id, partner_id)
        held = found.get((contact, typed), PartnerFigures(contact, partner, _ZERO, _ZERO, _ZERO))
        found[contact, typed] = replace(
            held,
            opening=held.opening + opening,
            debit=held.debit + debit,
            credit=held.credit + credit,
        )
    return list(found.values())
