"""The tables of an archive file: an index of the documents, and the log of exchanges, for people
as CSV and as it came."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import orjson
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from addons.zatca.models import Document, Exchange
from addons.zatca.services.archive import file_name
from addons.zatca.services.archiving.wanted import Wanted
from core.api import harmless

_BATCH: Final = 100
_DOCUMENT: Final = (
    "counter", "number", "kind", "standard", "issue_at", "uuid", "hash", "previous_hash", "buyer",
    "currency", "total", "tax", "state",
)  # fmt: skip
_EXCHANGE: Final = (
    "id", "at", "endpoint", "request_digest", "status", "outcome", "duration_ms",
)  # fmt: skip


def write_index(session: Session, archive: zipfile.ZipFile, wanted: Wanted) -> Iterator[None]:
    """index.csv: a row for each document, with the name of its files; pauses after each."""
    rows = (
        (*(_cell(one, name) for name in _DOCUMENT), file_name(one))
        for one in documents(session, select(Document).where(wanted.documents))
    )
    yield from _write(archive, "index.csv", (*_DOCUMENT, "file"), rows)


def write_exchanges(session: Session, archive: zipfile.ZipFile, wanted: Wanted) -> Iterator[None]:
    """exchanges.csv, and exchanges.jsonl with headers and answers as they came."""
    columns = [getattr(Exchange, name) for name in _EXCHANGE]
    log = select(*columns, func.coalesce(Document.number, "").label("document")).outerjoin(
        Document, Document.id == Exchange.document_id
    )
    titles = (*_EXCHANGE, "document")
    rows = (tuple(_cell(row, name) for name in titles) for row in _exchanges(session, log, wanted))
    yield from _write(archive, "exchanges.csv", titles, rows)
    whole = select(*Exchange.__table__.columns)
    with archive.open("exchanges.jsonl", "w") as file:
        for row in _exchanges(session, whole, wanted):
            file.write(orjson.dumps(dict(row._mapping)) + b"\n")  # pyright: ignore[reportPrivateUsage]
            yield


def documents(session: Session, found: Select[Document]) -> Iterator[Document]:
    """Documents by their places in the chain, of which few are held at a time."""
    last, batch = 0, found.order_by(Document.counter).limit(_BATCH)
    while rows := session.scalars(batch.where(Document.counter > last)).all():
        for document in rows:
            last = document.counter
            yield document
            session.expunge(document)


def _exchanges(
    session: Session, columns: Select[*tuple[Any, ...]], wanted: Wanted
) -> Iterator[Row[*tuple[Any, ...]]]:
    last, batch = 0, columns.where(wanted.exchanges).order_by(Exchange.id).limit(_BATCH)
    while rows := session.execute(batch.where(Exchange.id > last)).all():
        yield from rows
        last = rows[-1].id


def _write(
    archive: zipfile.ZipFile, name: str, titles: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterator[None]:
    """CSV in UTF-8, with the mark that spreadsheets know it by."""
    with archive.open(name, "w") as file, io.TextIOWrapper(file, "utf-8-sig", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(titles)
        for row in rows:
            writer.writerow(row)
            yield


def _cell(one: Any, name: str) -> Any:
    match getattr(one, name):
        case datetime() as moment:
            return moment.isoformat()
        case Decimal() as figure:
            return f"{figure:f}"
        # The one text of somebody else's; a hash may begin with "+", and must stay what it is.
        case str() as text if name == "buyer":
            return harmless(text)
        case value:
            return value
