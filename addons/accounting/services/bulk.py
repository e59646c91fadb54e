"""Posting many entries at once, as fast as the database takes rows: for imports and migrations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.types.json import Jsonb
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.errors import EntryIsInvalid, closed_after, not_open
from addons.accounting.events import EntriesImported
from addons.accounting.models import Account, Journal, Period
from addons.accounting.services.balances import roll_up
from addons.accounting.services.dimensions.rules import with_default_splits
from addons.accounting.services.entry_draft import EntryDraft, completed, require_sound
from addons.accounting.services.known_sources import not_posted
from addons.accounting.services.partners import with_partner_names
from addons.accounting.services.posting_checks import require_all_checks
from addons.accounting.services.posting_days import Posting, is_taxed, require_unlocked
from addons.accounting.services.taxing import with_taxes
from core.api import announce, emit, phrase

_NEXT_IDS = text(
    "SELECT nextval('accounting.journal_entry_id_seq') FROM generate_series(1, :count)"
)
_COPY_ENTRIES = """
COPY accounting.journal_entry (id, journal_id, date, state, reference, narration, partner,
  partner_id, source_type, source_id, reverses_id, branch_id) FROM STDIN
"""
_COPY_LINES = """
COPY accounting.journal_line (entry_id, date, position, account_id, label, amount, currency,
  original_amount, original_currency, quantity, unit, partner_id, due_date, tax_code, tax_role,
  tax_base, analytic) FROM STDIN
"""
_POST = text("SELECT accounting.post_drafts(CAST(:ids AS bigint[]))")
_WORTH_ROLLING_UP = 1000


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """How many entries were posted, and how many had been posted from their source before."""

    created: int
    unchanged: int


def post_bulk(session: Session, entries: Iterable[EntryDraft]) -> BulkOutcome:
    """Post entries in the order given, all or none. Sources that are known are passed over.

    They are sealed before this returns: their numbers are known, and their series locked
    until the commit, which should follow at once.
    """
    wanted = [
        with_default_splits(session, with_taxes(session, completed(session, entry)))
        for entry in entries
    ]
    wanted = with_partner_names(session, wanted)
    for entry in wanted:
        require_sound(entry)
    new = not_posted(session, wanted)
    if new:
        require_all_checks(session, new)
        _require_open(session, new)
        ids = list(session.scalars(_NEXT_IDS, {"count": len(new)}))
        _copy(session, ids, new)
        announce(session, "accounting.entries")
        session.execute(_POST, {"ids": ids})
        if len(new) >= _WORTH_ROLLING_UP:
            roll_up(session)
        emit(session, EntriesImported(ids[0], ids[-1], len(new)))
    return BulkOutcome(created=len(new), unchanged=len(wanted) - len(new))


def _require_open(session: Session, entries: Sequence[EntryDraft]) -> None:
    periods = session.scalars(select(Period)).all()
    for day in sorted({entry.date for entry in entries}):
        period = next((p for p in periods if p.start_date <= day <= p.end_date), None)
        if period is None or period.state != "open":
            raise not_open(day, *((period.name, period.state) if period else ()))
        closed = [p for p in periods if p.state != "open" and p.start_date > day]
        if closed:
            raise closed_after(day, min(closed, key=lambda p: p.start_date).name)
    rows = session.execute(select(Journal.code, Journal.type))
    types = {row.code: row.type for row in rows}
    require_unlocked(
        session,
        [Posting(entry.date, types.get(entry.journal, ""), is_taxed(entry)) for entry in entries],
    )


def _copy(session: Session, ids: Sequence[int], entries: Sequence[EntryDraft]) -> None:
    accounts = _ids(session, Account, {line.account for entry in entries for line in entry.lines})
    journals = _ids(session, Journal, {entry.journal for entry in entries})
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, Connection)
    with connection.cursor() as cursor:
        with cursor.copy(_COPY_ENTRIES) as copy:
            for entry_id, entry in zip(ids, entries, strict=True):
                copy.write_row(
                    (
                        entry_id,
                        journals[entry.journal],
                        entry.date,
                        "draft",
                        entry.reference,
                        entry.narration,
                        entry.partner,
                        entry.partner_id,
                        entry.source_type or None,
                        entry.source_id or None,
                        entry.reverses_id,
                        entry.branch_id,
                    )
                )
        with cursor.copy(_COPY_LINES) as copy:
            for entry_id, entry in zip(ids, entries, strict=True):
                for position, line in enumerate(entry.lines, start=1):
                    copy.write_row(
                        (
                            entry_id,
                            entry.date,
                            position,
                            accounts[line.account],
                            line.label,
                            line.amount,
                            line.currency,
                            line.original_amount,
                            line.original_currency,
                            line.quantity,
                            line.unit,
                            line.partner_id or entry.partner_id,
                            line.due_date,
                            line.tax_code,
                            line.tax_role,
                            line.tax_base,
                            None if line.analytic is None else Jsonb(line.analytic),
                        )
                    )


def _ids(session: Session, model: type[Account] | type[Journal], codes: set[str]) -> dict[str, int]:
    rows = session.execute(select(model.code, model.id).where(model.code.in_(codes), model.active))
    found = {row.code: row.id for row in rows}
    missing = sorted(codes - found.keys())
    if missing:
        raise EntryIsInvalid(
            phrase(
                "Not there or not active in {table}: {codes}.",
                table=model.__tablename__,
                codes=", ".join(missing),
            )
        )
    return found
