"""Writes an audit pack into a ZIP file, from one moment of the database, in little memory."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from addons.accounting.services.audit_pack import readme
from addons.accounting.services.audit_pack.tables import ATTACHMENTS, TABLES, PackTable
from addons.accounting.services.balances import balances
from core.api import NotFound, open_attached

FORMAT: Final = "audit pack"
VERSION: Final = 1
VERIFIER: Final = Path(__file__).parent / "verify_audit_pack.py"
TRIAL_BALANCE: Final = "books/trial_balance.csv"
MANIFEST: Final = "manifest.json"
_CHUNK: Final = 1 << 20
_BALANCE_COLUMNS: Final = (
    *("account_id", "account", "name", "type", "currency"),
    *("opening", "debit", "credit", "closing"),
)


@dataclass(frozen=True, slots=True)
class About:
    """What the pack is of, and who asked for it."""

    company: str
    company_id: str
    year: str
    start: date
    end: date
    made_at: str
    made_by: str


@dataclass(slots=True)
class _Pack:
    archive: zipfile.ZipFile
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    @contextmanager
    def file(self, path: str, *, packed: bool = True) -> Iterator[_Digesting]:
        named = zipfile.ZipInfo(path)
        named.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        with self.archive.open(named, "w", force_zip64=True) as entry:
            digesting = _Digesting(entry)
            yield digesting
        self.files[path] = {"sha256": digesting.digest.hexdigest(), "bytes": digesting.size}


class _Digesting:
    """Passes bytes on, and knows how many there were and their digest."""

    def __init__(self, target: Any) -> None:
        self._target = target
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self._target.write(data)
        self.digest.update(data)
        self.size += len(data)


def write_pack(target: Path, session: Session, about: About) -> str:
    """Write the pack and return the SHA-256 of its manifest, which seals all the rest.

    The session must read one moment throughout: see `services.audit_pack.making`.
    """
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        pack = _Pack(archive)
        for table in TABLES.values():
            _write_table(pack, connection, table, about)
        _write_attached(pack, connection, session, about)
        _write_balances(pack, session, about)
        for name, text in readme.files(about.company, about.year).items():
            with pack.file(name) as file:
                file.write(text.encode())
        with pack.file(VERIFIER.name) as file:
            file.write(VERIFIER.read_bytes())
        manifest = _manifest(pack, connection, about)
        archive.writestr(MANIFEST, manifest)
        digest = hashlib.sha256(manifest).hexdigest()
        archive.writestr(f"{MANIFEST}.sha256", f"{digest}  {MANIFEST}\n")
    return digest


def _write_table(
    pack: _Pack, connection: psycopg.Connection, table: PackTable, about: About
) -> None:
    query = table.between(about.start, about.end)
    statement = f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER true)".encode()
    with (
        connection.cursor() as cursor,
        pack.file(table.path) as file,
        cursor.copy(statement) as rows,
    ):
        for chunk in rows:
            file.write(bytes(chunk))


def _write_attached(
    pack: _Pack, connection: psycopg.Connection, session: Session, about: About
) -> None:
    """Each file once. One that the store has lost stays named in the table, so that whoever
    checks the pack is told of it."""
    query = TABLES[ATTACHMENTS].between(about.start, about.end)
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(query.encode())
        found = {row["file"]: row["sha256"] for row in cursor if row["file"]}
    for path, digest in found.items():
        # Not packed once more: most are scans and photographs.
        with (
            suppress(NotFound),
            open_attached(session, digest) as content,
            pack.file(path, packed=False) as file,
        ):
            while chunk := content.read(_CHUNK):
                file.write(chunk)


def _write_balances(pack: _Pack, session: Session, about: About) -> None:
    """As reports show them: from the monthly balances, and not from the lines in this pack."""
    with pack.file(TRIAL_BALANCE) as file:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_BALANCE_COLUMNS)
        for row in balances(session, about.start, about.end):
            figures = (row.opening, row.debit, row.credit, row.closing)
            names = (row.account_id, row.code, row.name, row.type, row.currency)
            writer.writerow((*names, *(_plain(figure) for figure in figures)))
        file.write(text.getvalue().encode())


def _manifest(pack: _Pack, connection: psycopg.Connection, about: About) -> bytes:
    chains = connection.execute(
        "SELECT journal.code, chain.length, chain.hash FROM accounting.journal_chain AS chain"
        " JOIN accounting.journal ON journal.id = chain.journal_id ORDER BY journal.code"
    ).fetchall()
    content = {
        "format": FORMAT,
        "version": VERSION,
        "company": {"id": about.company_id, "title": about.company},
        "fiscal_year": {
            "name": about.year,
            "start": about.start.isoformat(),
            "end": about.end.isoformat(),
        },
        "made_at": about.made_at,
        "made_by": about.made_by,
        "chains": [
            {"journal": code, "length": length, "hash": link} for code, length, link in chains
        ],
        "files": pack.files,
    }
    return (json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _plain(amount: Decimal) -> str:
    return f"{amount:f}"
