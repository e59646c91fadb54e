"""Undoing a match: what was settled is open again, what was posted is reversed, the line waits."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from addons.accounting.models import JournalEntry
from addons.accounting.models import Settlement as SettlementRow
from addons.accounting.models.bank import BankMatch
from addons.accounting.services.bank.accepting import current_match, locked_line
from addons.accounting.services.bank.learning import corrected
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.reversal import open_date_for, reverse
from addons.accounting.services.settlement.undoing import undo as undo_settlement
from core.api import Conflict, actor, announce, phrase, utc_now


def undo_match(session: Session, line_id: int, *, on: date | None = None) -> BankMatch:
    """Undo what was made of a line. The entry is reversed on its own day where that is open, else
    today. Raises Conflict for a line that is not matched."""
    line = locked_line(session, line_id)
    match = current_match(session, line)
    if match is None:
        raise Conflict(phrase("This movement is not matched."))
    for settlement_id in reversed(match.settlements):
        _undo_settlement(session, int(settlement_id), on)
    # Before the reversal, which is refused for entries of lines that are matched.
    match.undone_at = utc_now()
    match.undone_by = actor(session).name
    line.state = "open"
    session.flush()
    if match.entry_id is not None:
        entry = session.get_one(JournalEntry, match.entry_id)
        if entry.number is None:  # made by this very transaction
            seal_now(session)
        outcome = reverse(
            session,
            entry.id,
            on=on or open_date_for(session, entry),
            reason=phrase("Bank match undone"),
        )
        match.reversal_id = outcome.id
    if match.rule_id is not None:
        corrected(session, match.rule_id)
    session.flush()
    announce(session, "accounting.bank-lines", line.id)
    return match


def _undo_settlement(session: Session, settlement_id: int, on: date | None) -> None:
    row = session.get(SettlementRow, settlement_id)
    if row is not None and not row.is_undone:
        undo_settlement(session, settlement_id, on=on)
