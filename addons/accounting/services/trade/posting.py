"""Posting what a document of trade says, once, however often its event is told."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.accounting.errors import SourceIsTaken
from addons.accounting.services.entry_draft import EntryDraft
from addons.accounting.services.ledger import post


def post_once(session: Session, entry: EntryDraft) -> int | None:
    """Post an entry of a document and return its id; None where the document is in the books.

    An event that is told again finds other accounts where the company chose others since, and
    nothing open that it could pay. What was posted stands.
    """
    try:
        outcome = post(session, entry)
    except SourceIsTaken:
        return None
    return outcome.id if outcome.created else None
