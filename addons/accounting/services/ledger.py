"""Posting: an entry becomes part of the books, once and for good.

    post(session, entry)          one statement: header, lines, state "posted"
    COMMIT                        the database checks balance and period, then seals the entry:
                                  next number of its series, next link of its journal's chain

The seal is the last thing before the commit (migration 0002_guards), so the series is locked
for one commit only, whatever else the transaction does after `post`; a transaction that fails
takes no number. `seal_now` does it earlier, for those who must show the number at once.

The chain: each entry's `hash` is the SHA-256, in hexadecimal, of the UTF-8 text of one JSON
array with ", " between its elements, all of them strings, absent values empty:

    ["2", previous hash (64 zeros for a journal's first), entry id, journal id, number,
     date (2026-01-31), reference, narration, partner, partner id, source type, source id,
     id of the reversed entry, branch id, posted at (2026-01-31T23:59:59.000000Z), posted by,
     [[account id, label, amount, currency, original amount, original currency, quantity, unit,
       partner id, due date, tax code, tax role, tax base, dimensions],
      ... in the order of the lines]]

with numbers as they are stored, trailing zeros included, and dimensions as PostgreSQL writes
jsonb. Entries whose `hash_version` is 1 were sealed before there were branches, and partners, due
dates, taxes and dimensions of lines: their arrays leave these and the "2" out.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.errors import SourceIsTaken
from addons.accounting.events import EntryPosted
from addons.accounting.models import JournalEntry
from addons.accounting.services.dimensions.rules import with_default_splits
from addons.accounting.services.entry_draft import (
    CARRIED,
    EntryDraft,
    LineDraft,
    completed,
    require_sound,
)
from addons.accounting.services.partners import with_partner_names
from addons.accounting.services.postable_codes import Named, required_names, usable_names
from addons.accounting.services.posting_checks import require_checks
from addons.accounting.services.posting_days import is_plainly_open, posting_of, require_postable
from addons.accounting.services.taxing import with_taxes
from core.api import announce, emit, fetch_value, phrase


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """The outcome of posting; `created` is False where the source had been posted before."""

    id: int
    created: bool


# One statement, so that an entry is written whole or not at all. It looks nothing up: most of what
# a statement costs is what PostgreSQL gets ready for it.
_POST = text("""
WITH entry AS (
  INSERT INTO accounting.journal_entry
      (journal_id, date, state, reference, narration, partner, partner_id,
       source_type, source_id, reverses_id, branch_id)
  VALUES (:journal_id, :date, 'posted', :reference, :narration, :partner,
          CAST(:partner_id AS bigint), CAST(:source_type AS text), CAST(:source_id AS text),
          CAST(:reverses_id AS bigint), CAST(:branch_id AS bigint))
  ON CONFLICT (source_type, source_id) WHERE source_type IS NOT NULL DO NOTHING
  RETURNING id, date
), written AS (
  INSERT INTO accounting.journal_line
      (entry_id, date, position, account_id, label, amount, currency,
       original_amount, original_currency, quantity, unit, partner_id, due_date,
       tax_code, tax_role, tax_base, analytic)
  SELECT entry.id, entry.date, line.position, line.account_id, line.label, line.amount,
         line.currency, line.original_amount, line.original_currency, line.quantity, line.unit,
         coalesce(line.partner_id, CAST(:partner_id AS bigint)), line.due_date,
         line.tax_code, line.tax_role, line.tax_base, line.analytic
    FROM entry,
         json_to_recordset(CAST(:lines AS json))
           AS line (position integer, account_id bigint, amount numeric, currency text, label text,
                    original_amount numeric, original_currency text, quantity numeric, unit text,
                    partner_id bigint, due_date date, tax_code text, tax_role text,
                    tax_base numeric, analytic jsonb)
)
SELECT id FROM entry
""")
_SEAL_NOW = text("SET CONSTRAINTS accounting.seal IMMEDIATE")
_SEAL_AT_COMMIT = text("SET CONSTRAINTS accounting.seal DEFERRED")


def post(session: Session, entry: EntryDraft) -> PostedEntry:
    """Post an entry. The same source again changes nothing and returns the first entry.

    Raises EntryIsInvalid, PeriodIsNotOpen, or SourceIsTaken when the source was posted before
    with another content.
    """
    entry = with_default_splits(session, with_taxes(session, completed(session, entry)))
    (entry,) = with_partner_names(session, [entry])
    require_sound(entry)
    require_checks(session, entry)
    names = usable_names(session, entry)
    if names is None or not is_plainly_open(session, entry.date):
        known = _posted_from(session, entry)
        if known is not None:
            return PostedEntry(known, created=False)
        names = required_names(session, entry)
        require_postable(session, posting_of(session, entry))
    entry_id = _insert(session, entry, names)
    if entry_id is None:
        known = _posted_from(session, entry)
        if known is None:
            raise RuntimeError("an entry was refused for no known reason")
        return PostedEntry(known, created=False)
    announce(session, "accounting.entries", entry_id)
    emit(
        session,
        EntryPosted(entry_id, entry.journal, entry.date, entry.source_type, entry.source_id),
    )
    return PostedEntry(entry_id, created=True)


def seal_now(session: Session) -> None:
    """Give this transaction's entries their numbers now. Their series stay locked from here to
    the commit, so this belongs at the very end of what a transaction does."""
    session.flush()
    connection = session.connection()
    connection.execute(_SEAL_NOW)
    connection.execute(_SEAL_AT_COMMIT)
    for record in session.identity_map.values():
        if isinstance(record, JournalEntry) and record.number is None:
            session.expire(record)


def _insert(session: Session, entry: EntryDraft, names: Named) -> int | None:
    """The new entry's id; None where its source was posted before."""
    return fetch_value(
        session,
        _POST,
        {
            "journal_id": names.journal_id,
            "date": entry.date,
            "reference": entry.reference,
            "narration": entry.narration,
            "partner": entry.partner,
            "partner_id": entry.partner_id,
            "source_type": entry.source_type or None,
            "source_id": entry.source_id or None,
            "reverses_id": entry.reverses_id,
            "branch_id": entry.branch_id,
            # One text is written and read at a tenth of what fourteen arrays cost.
            "lines": orjson.dumps(
                [
                    _row(position, names.account_ids[line.account], line)
                    for position, line in enumerate(entry.lines, start=1)
                ],
                default=_exact,
            ).decode(),
        },
    )


def _row(position: int, account_id: int, line: LineDraft) -> dict[str, Any]:
    content = {name: getattr(line, name) for name in CARRIED}
    return {"position": position, "account_id": account_id, **content}


def _exact(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{value!r} is nothing that a line holds")


def _posted_from(session: Session, entry: EntryDraft) -> int | None:
    """The entry that this source was posted as; raises SourceIsTaken if it says otherwise."""
    if not entry.source_type:
        return None
    known = session.scalar(
        select(JournalEntry).where(
            JournalEntry.source_type == entry.source_type,
            JournalEntry.source_id == entry.source_id,
        )
    )
    if known is None:
        return None
    written = [(line.account.code, line.amount, line.currency) for line in known.lines]
    given = [(line.account, line.amount, line.currency) for line in entry.lines]
    if known.date != entry.date or written != given:
        raise SourceIsTaken(
            phrase(
                "{source} was posted before as entry {number}, with another content.",
                source=f"{entry.source_type} {entry.source_id}",
                number=known.number or known.id,
            ),
            fix=phrase("Reverse that entry, and post the new content under another source."),
        )
    return known.id
