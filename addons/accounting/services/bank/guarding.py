"""What stands on a bank's movement cannot be reversed behind its back."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import JournalEntry
from addons.accounting.models.bank import BankLine, BankMatch
from core.api import Conflict, phrase


def require_unmatched(session: Session, entry: JournalEntry) -> None:
    """Raise Conflict for an entry one of whose lines a bank line was matched with: its reversal
    would leave the bank's movement without its other side."""
    line = session.scalar(
        select(BankLine)
        .join(BankMatch, BankMatch.line_id == BankLine.id)
        .where(
            BankMatch.undone_at.is_(None),
            BankMatch.ledger_line_id.in_([line.id for line in entry.lines]),
        )
        .limit(1)
    )
    if line is not None:
        raise Conflict(
            phrase(
                "Entry {number} is matched with the bank's movement of {day}.",
                number=entry.number or entry.id,
                day=line.date,
            ),
            fix=phrase("Undo that under Bank > Reconcile first."),
        )
