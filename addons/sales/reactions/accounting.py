"""When the books settle invoices and payments by themselves: the documents follow."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.accounting.api import ItemsSettled, SettlementUndone, settled_documents
from addons.sales.services.settled_by_books import (
    INVOICE,
    PAYMENT,
    InBooks,
    note_settled,
    note_undone,
)
from core.api import on


@on(ItemsSettled)
def follow_settlement(session: Session, event: ItemsSettled) -> None:
    """Enter what the books settled beyond the payments of sales."""
    found = _documents(session, event.settlement_id)
    if found:
        note_settled(session, event.settlement_id, event.day, found)


@on(SettlementUndone)
def follow_undoing(session: Session, event: SettlementUndone) -> None:
    """What was settled is open again."""
    found = _documents(session, event.settlement_id)
    if found:
        note_undone(session, event.settlement_id, found)


def _documents(session: Session, settlement_id: int) -> list[InBooks]:
    return [
        InBooks(one.source_type, int(one.source_id), one.settled)
        for one in settled_documents(session, settlement_id)
        if one.source_type in (INVOICE, PAYMENT)
    ]
