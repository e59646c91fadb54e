"""Which entries are in the books already: posting the same source again adds nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.services.entry_draft import EntryDraft

_KNOWN: Final = text("""
SELECT entry.source_type, entry.source_id
  FROM unnest(CAST(:types AS text[]), CAST(:ids AS text[])) AS given (type, id)
  JOIN accounting.journal_entry AS entry
    ON entry.source_type = given.type AND entry.source_id = given.id
""")


def known_sources(session: Session, entries: Sequence[EntryDraft]) -> set[tuple[str, str]]:
    """Those of the entries' sources that are in the books already."""
    sourced = [entry for entry in entries if entry.source_type]
    if not sourced:
        return set()
    rows = session.execute(
        _KNOWN, {"types": [e.source_type for e in sourced], "ids": [e.source_id for e in sourced]}
    )
    return {(row[0], row[1]) for row in rows}


def not_posted(session: Session, entries: Sequence[EntryDraft]) -> list[EntryDraft]:
    """The entries without those whose source is in the books already."""
    known = known_sources(session, entries)
    return [entry for entry in entries if (entry.source_type, entry.source_id) not in known]
