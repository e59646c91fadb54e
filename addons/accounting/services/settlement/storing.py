"""Settlements in their tables, and back as values."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.models import Settlement as SettlementRow
from addons.accounting.models import SettlementPart as PartRow
from addons.accounting.services.reading.settled_documents import forget_settled
from addons.accounting.services.settlement.values import SettledPart, Settlement
from core.api import (
    NotFound,
    announce,
    fetch_value,
    phrase,
)

_NEXT_ID = text("SELECT nextval(pg_get_serial_sequence('accounting.settlement', 'id'))")
_STORE = text("""
WITH settlement AS (
  INSERT INTO accounting.settlement
    (id, date, kind, account_id, partner_id, currency, original_currency, entry_id)
  VALUES (coalesce(CAST(:id AS bigint),
                   nextval(pg_get_serial_sequence('accounting.settlement', 'id'))),
          :date, :kind, :account_id, :partner_id, :currency, :original_currency, :entry_id)
  RETURNING id)
INSERT INTO accounting.settlement_part (settlement_id, line_id, amount, original_amount)
SELECT settlement.id, part.line_id, part.amount, part.original_amount
  FROM settlement,
       unnest(CAST(:lines AS bigint[]), CAST(:amounts AS numeric[]), CAST(:originals AS numeric[]))
         WITH ORDINALITY AS part (line_id, amount, original_amount, place)
 ORDER BY part.place
RETURNING settlement_id
""")


def next_id(session: Session) -> int:
    """The id of a settlement that is about to be made, so that its entry can name it."""
    return fetch_value(session, _NEXT_ID, {})


def store(session: Session, settlement: Settlement) -> Settlement:
    """Write a settlement and its parts, and return it with its id: the next one, if it has none.
    In the order of the lines, so that nobody deadlocks."""
    names = ("id", "date", "kind", "account_id", "partner_id", "currency", "original_currency")
    row = {name: getattr(settlement, name) for name in (*names, "entry_id")}
    row["id"] = settlement.id or None
    parts = sorted(settlement.parts, key=lambda part: part.line_id)
    settlement_id: int = fetch_value(
        session,
        _STORE,
        {
            **row,
            "lines": [part.line_id for part in parts],
            "amounts": [part.amount for part in parts],
            "originals": [part.original_amount for part in parts],
        },
    )
    forget_settled(session)
    announce(session, "accounting.open-items")
    announce(session, "accounting.settlements", settlement_id)
    return replace(settlement, id=settlement_id)


def settlement_of(session: Session, settlement_id: int) -> Settlement:
    """A settlement by its id; raises NotFound."""
    row = session.get(SettlementRow, settlement_id)
    if row is None:
        raise NotFound(phrase("There is no settlement {id}.", id=settlement_id))
    return as_value(row)


def settlements_of_lines(session: Session, line_ids: list[int]) -> list[Settlement]:
    """The settlements that stand on any of these lines, the oldest first."""
    rows = session.scalars(
        select(SettlementRow)
        .where(
            SettlementRow.undone_on.is_(None),
            SettlementRow.id.in_(
                select(PartRow.settlement_id).where(PartRow.line_id.in_(line_ids))
            ),
        )
        .order_by(SettlementRow.id)
    )
    return [as_value(row) for row in rows]


def as_value(row: SettlementRow) -> Settlement:
    """A stored settlement as a value."""
    return Settlement(
        id=row.id,
        date=row.date,
        kind=row.kind,
        account_id=row.account_id,
        partner_id=row.partner_id,
        currency=row.currency,
        original_currency=row.original_currency,
        parts=tuple(SettledPart(p.line_id, p.amount, p.original_amount) for p in row.parts),
        entry_id=row.entry_id,
        undone_on=row.undone_on,
        undone_by=row.undone_by or "",
    )
