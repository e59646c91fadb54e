"""Posting many entries at once, as fast as the database takes rows: for imports and migrations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.errors import closed_after, not_open
from addons.accounting.events import EntriesImported
from addons.accounting.models import Journal, Period
from addons.accounting.services.balances import roll_up
from addons.accounting.services.dimensions.rules import with_default_splits
from addons.accounting.services.entry_draft import EntryDraft, completed, require_sound
from addons.accounting.services.incoming import write_entries
from addons.accounting.services.known_sources import not_posted
from addons.accounting.services.partners import with_partner_names
from addons.accounting.services.posting_checks import require_all_checks
from addons.accounting.services.posting_days import Posting, is_taxed, require_unlocked
from addons.accounting.services.taxing import with_taxes
from core.api import announce, emit

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
        ids = write_entries(session, new)
        announce(session, "accounting.entries")
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
        (Posting(entry.date, types.get(entry.journal, ""), is_taxed(entry)) for entry in entries),
    )
