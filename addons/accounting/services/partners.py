"""The partner of an entry: a contact by its id, and the name that it had when this was written.

An entry with a contact bears the contact's name, so that what is posted can be read for ever,
whatever the contact is called later. An entry with a name alone, as an imported ledger has them,
stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import JournalEntry, JournalLine
from addons.accounting.models.terms import PartnerTerms
from addons.accounting.services.entry_draft import EntryDraft
from addons.contacts.api import canonical_ids, contact_names
from core.api import InvalidInput, phrase


def with_partner_names(session: Session, entries: Sequence[EntryDraft]) -> list[EntryDraft]:
    """The entries, each that names a contact and no name with the contact's name."""
    nameless = {e.partner_id for e in entries if e.partner_id is not None and not e.partner}
    if not nameless:
        return list(entries)
    names = contact_names(session, nameless)
    return [
        replace(entry, partner=names.get(entry.partner_id, ""))
        if entry.partner_id is not None and not entry.partner
        else entry
        for entry in entries
    ]


def take_partner(session: Session, entry: JournalEntry, values: Mapping[str, Any]) -> None:
    """Put the chosen contacts into a draft, with the name of the entry's. One that was merged
    meanwhile becomes the one that it was merged into."""
    lines = [line for line in entry.lines if line.partner_id is not None]
    wanted = {entry.partner_id, *(line.partner_id for line in lines)} - {None}
    if not wanted:
        return
    with session.no_autoflush:
        today, names = canonical_ids(session, wanted), contact_names(session, wanted)
        if entry.partner_id is not None:
            if entry.partner_id not in today:
                raise InvalidInput.of("partner_id", phrase("There is no such contact."))
            if "partner_id" in values or not entry.partner:
                entry.partner = names[entry.partner_id]
            entry.partner_id = today[entry.partner_id]
        for line in lines:
            line.partner_id = today.get(line.partner_id or 0, line.partner_id)


def move_drafts(session: Session, kept_id: int, merged_id: int) -> None:
    """Give the drafts of a contact that was merged to the one that is kept. What is posted names
    it for good, and is found by both."""
    draft = (JournalEntry.state == "draft") & JournalEntry.number.is_(None)
    entries = select(JournalEntry).where(JournalEntry.partner_id == merged_id, draft)
    lines = select(JournalLine).where(
        JournalLine.partner_id == merged_id, JournalLine.entry.has(draft)
    )
    for found in (*session.scalars(entries), *session.scalars(lines)):
        found.partner_id = kept_id
    session.flush()


def move_terms(session: Session, kept_id: int, merged_id: int) -> None:
    """What was agreed with a contact that was merged holds for the one that is kept, unless
    something was agreed with that one itself."""
    agreed = {
        terms.partner_id: terms
        for terms in session.scalars(
            select(PartnerTerms).where(PartnerTerms.partner_id.in_((kept_id, merged_id)))
        )
    }
    if merged_id in agreed and kept_id not in agreed:
        terms = agreed[merged_id]
        terms.partner_id = kept_id
        terms.partner = contact_names(session, [kept_id])[kept_id]
        session.flush()
