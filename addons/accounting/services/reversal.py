"""Undoing a posted entry: by another one with the sides exchanged, once, and as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.errors import EntryNotFound
from addons.accounting.events import EntryReversed
from addons.accounting.models import JournalEntry
from addons.accounting.services.assets.reversals import bring_back, require_last_move
from addons.accounting.services.bank.guarding import require_unmatched
from addons.accounting.services.drafts import as_value
from addons.accounting.services.ledger import PostedEntry, post, seal_now
from addons.accounting.services.locks import exceptions_of
from addons.accounting.services.payments.guarding import require_free
from addons.accounting.services.posting_days import Posting, can_post
from addons.accounting.services.settlement.reversals import require_reversible, settle_reversal
from core.api import Conflict, Related, emit, msg, phrase, today


def reverse(
    session: Session, entry_id: int, *, on: date | None = None, reason: str = ""
) -> PostedEntry:
    """Post the reversal of an entry, dated `on` or like the entry itself.

    Raises Conflict when the entry is a draft, was reversed before, is matched with the bank, or
    changed an asset to which something happened since. An asset goes back to what it was before.
    """
    entry = _numbered(session, entry_id)
    require_reversible(session, entry)
    require_free(session, entry)
    require_unmatched(session, entry)
    require_last_move(session, entry)
    reversal = session.scalar(select(JournalEntry).where(JournalEntry.reverses_id == entry.id))
    if reversal is not None:
        name = reversal.number or str(reversal.id)
        raise Conflict(
            phrase(
                "Entry {number} is already reversed, by {reversal}.",
                number=entry.number,
                reversal=name,
            ),
            fix=phrase("Reverse {reversal} to bring it back.", reversal=name),
        )
    content = as_value(entry)
    outcome = post(
        session,
        replace(
            content,
            date=on or entry.date,
            reference=entry.number,
            narration=reason or entry.narration,
            lines=tuple(
                replace(
                    line,
                    amount=line.amount.copy_negate(),
                    original_amount=_negated(line.original_amount),
                    tax_base=_negated(line.tax_base),
                    quantity=_negated(line.quantity),
                )
                for line in content.lines
            ),
            reverses_id=entry.id,
        ),
    )
    settle_reversal(session, entry.id, outcome.id)
    bring_back(session, entry.id)
    emit(session, EntryReversed(entry.id, outcome.id, on or entry.date))
    return outcome


def _numbered(session: Session, entry_id: int) -> JournalEntry:
    """The entry, locked, so that two who reverse it at once take turns."""
    entry = session.scalar(
        select(JournalEntry).where(JournalEntry.id == entry_id).with_for_update(key_share=True)
    )
    if entry is None:
        raise EntryNotFound(phrase("There is no entry {id}.", id=entry_id))
    if entry.state == "posted" and entry.number is None:
        # It was posted in this very transaction, as by a replay: its reversal names its number.
        seal_now(session)
    if entry.number is None:
        raise Conflict(
            phrase("The entry is a draft, not posted."), fix=phrase("Change or delete it.")
        )
    return entry


def open_date_for(session: Session, entry: JournalEntry) -> date:
    """The entry's own date where it can still be posted to, else today."""
    taxed = any(line.tax_code for line in entry.lines)
    if can_post(session, Posting(entry.date, entry.journal.type, taxed)):
        return entry.date
    return today(session)


def _negated(value: Decimal | None) -> Decimal | None:
    # Unlike the minus sign, this never rounds.
    return None if value is None else value.copy_negate()


def related(session: Session, entry: JournalEntry) -> list[Related]:
    """What an entry was made from, the entry that it undoes, and the one that undoes it."""
    found = [Related("accounting.entries", entry.reverses_id, msg("Reversed"), before=True)]
    if entry.reversed_by is not None:
        found.append(Related("accounting.entries", entry.reversed_by.id, msg("Reversed by")))
    if entry.source_type:
        # What makes several entries tells them apart behind its key: "5:2026-01-31".
        key = (entry.source_id or "").partition(":")[0]
        found.append(Related(entry.source_type, key, msg("Made from"), before=True))
    found += [
        Related("accounting.lock-exceptions", key, msg("Posted by exception"), before=True)
        for key in exceptions_of(session, entry.id)
    ]
    return found
