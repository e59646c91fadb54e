"""The archive: what was signed, stamped and answered, by device and day, as files.

Kept for the legal period (Implementing Regulations of the VAT Law, art. 66): nobody can delete a
document, and the addon cannot be taken away before.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

import orjson
from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import Session, undefer

from addons.zatca.documents.signing import RIYADH
from addons.zatca.models import Device, Document, Exchange
from addons.zatca.options import ZatcaOptions
from core.api import Conflict, InvalidInput, options, phrase, utc_now

MOST: Final = 20_000
"""Documents in one file: more are fetched day by day."""
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_COLUMNS: Final = (
    "counter", "number", "kind", "standard", "issue_at", "uuid", "hash", "previous_hash", "buyer",
    "currency", "total", "tax", "state",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ArchivedDay:
    """What a device signed on a day of Riyadh."""

    device_id: int
    device: str
    day: date
    documents: int
    first: int
    last: int
    open: int


def archived_days(session: Session, device_id: int | None = None) -> Sequence[ArchivedDay]:
    """The days of one device, or of all, the latest first."""
    day = cast(func.timezone("Asia/Riyadh", Document.issue_at), Date)
    known = Document.state.in_(("PENDING", "SENDING", "UNKNOWN", "NOT_CLEARED"))
    wanted = (
        select(
            Device.id,
            Device.name,
            day,
            func.count(),
            func.min(Document.counter),
            func.max(Document.counter),
            func.count().filter(known),
        )
        .join(Device, Device.id == Document.device_id)
        .group_by(Device.id, Device.name, day)
        .order_by(day.desc(), Device.name)
    )
    if device_id is not None:
        wanted = wanted.where(Device.id == device_id)
    return [ArchivedDay(*row) for row in session.execute(wanted)]


def export(session: Session, device_id: int, first: date, last: date) -> bytes:
    """A ZIP of all that a device signed on these days, both included: each document, what the
    authority stamped of it, an index, and every exchange about them. Raises InvalidInput for too
    many documents."""
    begin, end = _moment(first), _moment(last + timedelta(days=1))
    within = (
        Document.device_id == device_id,
        Document.issue_at >= begin,
        Document.issue_at < end,
    )
    if (session.scalar(select(func.count()).where(*within)) or 0) > MOST:
        raise InvalidInput.of("last", phrase("So many documents are fetched in several files."))
    documents = select(Document).where(*within).order_by(Document.counter)
    found = session.scalars(
        documents.options(undefer(Document.xml), undefer(Document.cleared_xml))
    ).all()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for document in found:
            name = file_name(document)
            archive.writestr(f"signed/{name}", document.xml)
            if document.cleared_xml is not None:
                archive.writestr(f"cleared/{name}", document.cleared_xml)
        archive.writestr("index.csv", _index(found))
        archive.writestr("exchanges.jsonl", _exchanges(session, [one.id for one in found]))
    return held.getvalue()


def file_name(document: Document) -> str:
    """Under which a document is saved: its place in the chain, then its number."""
    number = _UNSAFE.sub("-", document.number)
    return (
        f"{document.counter:08d}_{document.issue_at.astimezone(RIYADH):%Y%m%dT%H%M%S}_{number}.xml"
    )


def require_past_keeping(session: Session) -> None:
    """Raises Conflict while a document is younger than the law lets it be thrown away."""
    years = options(session, ZatcaOptions).keep_years
    now = utc_now()
    limit = now - timedelta(days=365 * years + years // 4 + 1)
    young = select(func.max(Document.issue_at)).where(Document.issue_at > limit)
    latest = session.scalar(young)
    if latest is not None:
        raise Conflict(
            phrase(
                "Electronic invoices are kept for {years} years; the latest is of {day}.",
                years=years,
                day=latest.date(),
            ),
            fix=phrase("Disable the addon instead: what it keeps stays where it is."),
        )


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), RIYADH)


def _index(documents: Sequence[Document]) -> str:
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(_COLUMNS)
    for document in documents:
        writer.writerow(_written(getattr(document, name)) for name in _COLUMNS)
    return held.getvalue()


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


def _exchanges(session: Session, document_ids: Sequence[int]) -> bytes:
    found = session.scalars(
        select(Exchange).where(Exchange.document_id.in_(document_ids)).order_by(Exchange.id)
    )
    columns = [column.key for column in Exchange.__table__.columns]
    lines = [orjson.dumps({name: getattr(one, name) for name in columns}) for one in found]
    return b"\n".join([*lines, b""])
