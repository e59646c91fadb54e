"""Undoing a settlement: every line has back what was taken of it, and what was posted is
reversed. It is recorded who did it and when; the settlement itself stays readable."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.events import SettlementUndone
from addons.accounting.models import JournalEntry
from addons.accounting.models import Settlement as SettlementRow
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.posting_days import Posting, can_post
from addons.accounting.services.reading.settled_documents import forget_settled
from addons.accounting.services.reversal import open_date_for, reverse
from addons.accounting.services.settlement.storing import as_value
from addons.accounting.services.settlement.values import Settlement
from core.api import Conflict, InvalidInput, NotFound, announce, emit, phrase, today


def undo(session: Session, settlement_id: int, *, on: date | None = None) -> Settlement:
    """Undo a settlement, as of its own day where that can still be posted to, else of today.

    Raises Conflict where it was undone before, or set a reversed entry off.
    """
    row = session.scalar(
        select(SettlementRow)
        .where(SettlementRow.id == settlement_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(phrase("There is no settlement {id}.", id=settlement_id))
    if row.is_undone:
        raise Conflict(phrase("Settlement {id} is undone already.", id=row.id))
    if row.kind == "reversal":
        raise Conflict(
            phrase("This sets an entry off against its reversal, which stays."),
            fix=phrase("Reverse the reversal to bring the entry back."),
        )
    day = on or _day(session, row)
    if day < row.date:
        raise InvalidInput.of(
            "on", phrase("It was settled on {day}; choose that day or a later one.", day=row.date)
        )
    row.undone_on = day
    session.flush()
    session.refresh(row)
    if row.entry_id is not None:
        entry = session.get_one(JournalEntry, row.entry_id)
        if entry.number is None:  # made by this very transaction
            seal_now(session)
        reason = phrase("Settlement {id} undone", id=row.id)
        reverse(session, row.entry_id, on=day, reason=reason)
    forget_settled(session)
    announce(session, "accounting.open-items")
    announce(session, "accounting.settlements", row.id)
    emit(session, SettlementUndone(row.id, day))
    return as_value(row)


def _day(session: Session, row: SettlementRow) -> date:
    if row.entry_id is not None:
        return max(row.date, open_date_for(session, session.get_one(JournalEntry, row.entry_id)))
    if can_post(session, Posting(row.date, "general", taxed=False)):
        return row.date
    return max(row.date, today(session))
