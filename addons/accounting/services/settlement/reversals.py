"""An entry and its reversal cancel each other, and so do their items: they are set off at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, JournalEntry, JournalLine
from addons.accounting.models import Settlement as SettlementRow
from addons.accounting.services.settlement.adjusting import SOURCE
from addons.accounting.services.settlement.items import items_of_entry, locked_items
from addons.accounting.services.settlement.storing import store
from addons.accounting.services.settlement.values import OpenItem, SettledPart, Settlement
from core.api import Conflict, phrase


def require_reversible(session: Session, entry: JournalEntry) -> None:
    """Raise Conflict for what a settlement posted, as long as the settlement stands."""
    if entry.source_type != SOURCE:
        return
    row = session.scalar(select(SettlementRow).where(SettlementRow.entry_id == entry.id))
    if row is not None and not row.is_undone:
        raise Conflict(
            phrase("Entry {number} belongs to settlement {id}.", number=entry.number, id=row.id),
            fix=phrase("Undo the settlement; that reverses its entry."),
        )


def settle_reversal(session: Session, entry_id: int, reversal_id: int) -> list[Settlement]:
    """Set the lines of an entry off against those of its reversal, as far as they are open. What
    was settled of the entry before stays settled, and so much of the reversal stays open."""
    lines = _reconcilable_lines(session, entry_id)
    if not lines:
        return []
    open_now = {item.line_id: item for item in locked_items(session, lines)}
    reversals = items_of_entry(session, reversal_id)
    pairs = _pairs(list(open_now.values()), reversals)
    groups: dict[tuple[int, int | None, str, str], list[tuple[OpenItem, OpenItem]]] = {}
    for one, other in pairs:
        key = (one.account_id, one.partner_id, one.currency, one.original_currency)
        groups.setdefault(key, []).append((one, other))
    return [_set_off(session, group) for group in groups.values()]


def _reconcilable_lines(session: Session, entry_id: int) -> list[int]:
    found = (
        select(JournalLine.id)
        .join(JournalLine.account)
        .where(JournalLine.entry_id == entry_id, Account.reconcilable)
    )
    return list(session.scalars(found))


def _pairs(
    items: Sequence[OpenItem], reversals: Sequence[OpenItem]
) -> list[tuple[OpenItem, OpenItem]]:
    """Each item with the reversing line that mirrors it."""
    left = list(reversals)
    pairs = []
    for item in items:
        for other in left:
            if (
                other.account_id == item.account_id
                and other.partner_id == item.partner_id
                and (other.currency, other.original_currency)
                == (item.currency, item.original_currency)
                and other.amount == -item.amount
                and (other.original_amount or 0) == -(item.original_amount or 0)
            ):
                left.remove(other)
                pairs.append((item, other))
                break
    return pairs


def _set_off(session: Session, pairs: Sequence[tuple[OpenItem, OpenItem]]) -> Settlement:
    first = pairs[0][0]
    parts = []
    for one, other in pairs:
        original = one.original_residual
        mirrored = None if original is None else -original
        parts += [
            SettledPart(one.line_id, one.residual, original),
            SettledPart(other.line_id, -one.residual, mirrored),
        ]
    day: date = max(item.date for pair in pairs for item in pair)
    made = Settlement(
        id=0,
        date=day,
        kind="reversal",
        account_id=first.account_id,
        partner_id=first.partner_id,
        currency=first.currency,
        original_currency=first.original_currency,
        parts=tuple(parts),
    )
    return store(session, made)
