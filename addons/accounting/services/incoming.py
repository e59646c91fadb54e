"""Entries copied to where they are posted from, part by part (migration 0014_incoming).

`accounting.post_incoming()` takes what its transaction has copied, checks it, gives it numbers and
links, and writes it into the books. Parts keep each statement far below the time that it may take,
and what is sorted in memory.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

import orjson
from psycopg import Connection
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.errors import EntryIsInvalid
from addons.accounting.models import Account, Journal
from addons.accounting.services.entry_draft import EntryDraft
from core.api import phrase

_NEXT_IDS: Final = text(
    "SELECT nextval('accounting.journal_entry_id_seq') FROM generate_series(1, :count)"
)
_COPY_ENTRIES: Final = """
COPY accounting.incoming_entry (id, journal_id, date, reference, narration, partner, partner_id,
  source_type, source_id, reverses_id, branch_id)
FROM STDIN (FORMAT csv, FORCE_NOT_NULL (reference, narration, partner))
"""
_COPY_LINES: Final = """
COPY accounting.incoming_line (entry_id, position, account_id, label, amount, currency,
  original_amount, original_currency, quantity, unit, partner_id, due_date, tax_code, tax_role,
  tax_base, analytic)
FROM STDIN (FORMAT csv,
  FORCE_NOT_NULL (label, currency, original_currency, unit, tax_code, tax_role))
"""
_POST: Final = text("SELECT accounting.post_incoming()")
_PART: Final = 40_000

Row = tuple[Any, ...]
Numbered = tuple[int, EntryDraft]


def write_entries(session: Session, entries: Sequence[EntryDraft]) -> Sequence[int]:
    """Post entries that are complete and new, and return their ids, in one order with them.

    Raises EntryIsInvalid naming accounts or journals that are not there or not active; what the
    database refuses comes as its error.
    """
    accounts = _ids(session, Account, {line.account for entry in entries for line in entry.lines})
    journals = _ids(session, Journal, {entry.journal for entry in entries})
    ids = session.scalars(_NEXT_IDS, {"count": len(entries)}).all()
    numbered = list(zip(ids, entries, strict=True))
    # Each part locks the chains of its journals: in one order, so that two who post many entries
    # never wait for each other in a circle.
    numbered.sort(key=lambda pair: journals[pair[1].journal])
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, Connection)
    for part in _parts(numbered, journals, accounts):
        _copy(connection, _COPY_ENTRIES, part.entries)
        _copy(connection, _COPY_LINES, part.lines)
        session.execute(_POST)
    return ids


class _Part(NamedTuple):
    """What is posted by one call, as the texts that are copied."""

    entries: bytes
    lines: bytes


def _parts(
    numbered: Sequence[Numbered], journals: Mapping[str, int], accounts: Mapping[str, int]
) -> Iterator[_Part]:
    """One after the other, each written while the one before it is posted."""
    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(_written, numbered[:_PART], journals, accounts)
        for following in range(_PART, len(numbered) + _PART, _PART):
            part = coming.result()
            rest = numbered[following : following + _PART]
            coming = ahead.submit(_written, rest, journals, accounts)
            yield part


def _written(
    numbered: Sequence[Numbered], journals: Mapping[str, int], accounts: Mapping[str, int]
) -> _Part:
    return _Part(_csv(_entry_rows(numbered, journals)), _csv(_line_rows(numbered, accounts)))


def _csv(rows: Iterable[Row]) -> bytes:
    written = io.StringIO(newline="")
    # None is written as nothing, which COPY takes for NULL but where FORCE_NOT_NULL says otherwise.
    # With these line ends the writer quotes texts that hold either of the two signs.
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode()


def _copy(connection: Connection, statement: str, content: bytes) -> None:
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        copy.write(content)


def _entry_rows(numbered: Sequence[Numbered], journals: Mapping[str, int]) -> Iterator[Row]:
    for entry_id, entry in numbered:
        yield (
            entry_id,
            journals[entry.journal],
            entry.date,
            entry.reference,
            entry.narration,
            entry.partner,
            entry.partner_id,
            entry.source_type or None,
            entry.source_id or None,
            entry.reverses_id,
            entry.branch_id,
        )


def _line_rows(numbered: Sequence[Numbered], accounts: Mapping[str, int]) -> Iterator[Row]:
    for entry_id, entry in numbered:
        for position, line in enumerate(entry.lines, start=1):
            yield (
                entry_id,
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
                None if line.analytic is None else orjson.dumps(line.analytic).decode(),
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
