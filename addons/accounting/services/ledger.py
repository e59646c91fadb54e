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

from addons.accounting.errors import EntryIsInvalid, SourceIsTaken
from addons.accounting.events import EntryPosted
from addons.accounting.models import Account, Journal, JournalEntry
from addons.accounting.services.dimensions.rules import with_default_splits
from addons.accounting.services.entry_draft import (
    CARRIED,
    EntryDraft,
    LineDraft,
    completed,
    require_sound,
)
from addons.accounting.services.partners import with_partner_names
from addons.accounting.services.posting_checks import require_checks
from addons.accounting.services.posting_days import is_taxed, posting_of, require_postable
from addons.accounting.services.taxing import with_taxes
from core.api import (
    Problem,
    announce,
    emit,
    fetch_value,
    phrase,
)


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """The outcome of posting; `created` is False where the source had been posted before."""

    id: int
    created: bool


# One statement, so that an entry is written whole or not at all.
_POST = text("""
WITH line AS MATERIALIZED (
  SELECT given.*, account.id AS account_id
    FROM ROWS FROM (json_to_recordset(CAST(:lines AS json))
                      AS (account text, amount numeric, currency text, label text,
                          original_amount numeric, original_currency text, quantity numeric,
                          unit text, partner_id bigint, due_date date, tax_code text,
                          tax_role text, tax_base numeric, analytic jsonb))
         WITH ORDINALITY AS given (account, amount, currency, label, original_amount,
                                   original_currency, quantity, unit, partner_id, due_date,
                                   tax_code, tax_role, tax_base, analytic, position)
    JOIN accounting.account ON account.code = given.account
     AND (account.active OR CAST(:reverses_id AS bigint) IS NOT NULL)
     AND account.currency IN ('', given.currency)
), entry AS (
  INSERT INTO accounting.journal_entry
      (journal_id, date, state, reference, narration, partner, partner_id,
       source_type, source_id, reverses_id, branch_id)
  SELECT journal.id, CAST(:date AS date), 'posted', :reference, :narration, :partner,
         CAST(:partner_id AS bigint), CAST(:source_type AS text), CAST(:source_id AS text),
         CAST(:reverses_id AS bigint), CAST(:branch_id AS bigint)
    FROM accounting.journal
   WHERE journal.code = :journal AND (journal.active OR CAST(:reverses_id AS bigint) IS NOT NULL)
     AND (SELECT count(*) FROM line) = :line_count
     AND EXISTS (SELECT 1 FROM accounting.period AS period
                  WHERE CAST(:date AS date) BETWEEN period.start_date AND period.end_date
                    AND period.state = 'open')
     AND NOT EXISTS (SELECT 1 FROM accounting.period AS period
                      WHERE period.state <> 'open' AND period.start_date > CAST(:date AS date))
     AND NOT EXISTS (SELECT 1 FROM accounting.locks_on(
                       CAST(:date AS date), journal.type, CAST(:taxed AS boolean)) AS lock
                      WHERE lock.exception_id IS NULL)
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
    FROM entry, line
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
    entry_id = _insert(session, entry)
    if entry_id is None:
        known = _posted_from(session, entry)
        if known is not None:
            return PostedEntry(known, created=False)
        _require_known_names(session, entry)
        require_postable(session, posting_of(session, entry))
        entry_id = _insert(session, entry)
    if entry_id is None:
        raise RuntimeError("an entry was refused for no known reason")
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


def _insert(session: Session, entry: EntryDraft) -> int | None:
    lines = entry.lines
    return fetch_value(
        session,
        _POST,
        {
            "journal": entry.journal,
            "date": entry.date,
            "reference": entry.reference,
            "narration": entry.narration,
            "partner": entry.partner,
            "partner_id": entry.partner_id,
            "source_type": entry.source_type or None,
            "source_id": entry.source_id or None,
            "reverses_id": entry.reverses_id,
            "branch_id": entry.branch_id,
            "taxed": is_taxed(entry),
            "line_count": len(lines),
            # One text is written and read at a tenth of what fourteen arrays cost.
            "lines": orjson.dumps([_row(line) for line in lines], default=_exact).decode(),
        },
    )


def _row(line: LineDraft) -> dict[str, Any]:
    return {"account": line.account, **{name: getattr(line, name) for name in CARRIED}}


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


def _require_known_names(session: Session, entry: EntryDraft) -> None:
    """Raise EntryIsInvalid naming the journal and each account that cannot be used."""
    problems = []
    journal = session.scalar(select(Journal).where(Journal.code == entry.journal))
    if journal is None or not (journal.active or entry.reverses_id):
        problems.append(
            Problem(
                "journal",
                phrase("There is no active journal {code}.", code=entry.journal),
            )
        )
    codes = {line.account for line in entry.lines}
    known = {a.code: a for a in session.scalars(select(Account).where(Account.code.in_(codes)))}
    for position, line in enumerate(entry.lines):
        sentence = _wrong_account(known.get(line.account), line.account, line.currency)
        if sentence and not (entry.reverses_id and line.account in known):
            message = phrase("Line {line}: {what}", line=position + 1, what=sentence)
            problems.append(Problem(f"lines.{position}.account", message))
    if problems:
        raise EntryIsInvalid(problems[0].message, problems=tuple(problems))


def _wrong_account(account: Account | None, code: str, currency: str) -> str:
    if account is None:
        return phrase("there is no account {code}; create it first.", code=code)
    if not account.active:
        return phrase("account {code} is not active; choose another or activate it.", code=code)
    if account.currency not in ("", currency):
        return phrase(
            "account {code} takes {currency} alone.", code=code, currency=account.currency
        )
    return ""
