"""Which entries are in the books already: posting the same source again adds nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.services.entry_draft import EntryDraft

# One JSON text for all of them: an array would be made of a hundred thousand parameters in Python.
_KNOWN: Final = text("""
SELECT entry.source_type, entry.source_id
  FROM json_array_elements(CAST(:sources AS json)) AS given (source)
  JOIN accounting.journal_entry AS entry
    ON entry.source_type = given.source ->> 0 AND entry.source_id = given.source ->> 1
""")


def known_sources(session: Session, entries: Sequence[EntryDraft]) -> set[tuple[str, str]]:
    """Those of the entries' sources that are in the books already."""
    sources = [(entry.source_type, entry.source_id) for entry in entries if entry.source_type]
    if not sources:
        return set()
    rows = session.execute(_KNOWN, {"sources": json.dumps(sources, ensure_ascii=False)})
    return {(row[0], row[1]) for row in rows}


def not_posted(session: Session, entries: Sequence[EntryDraft]) -> list[EntryDraft]:
    """The entries without those whose source is in the books already."""
    known = known_sources(session, entries)
    return [entry for entry in entries if (entry.source_type, entry.source_id) not in known]
