"""The archive: what was signed, stamped and answered, by device and day.

Kept for the legal period (Implementing Regulations of the VAT Law, art. 66): nobody can delete a
document, and the addon cannot be taken away before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import Session

from addons.zatca.documents.signing import RIYADH
from addons.zatca.models import OPEN_STATES, Device, Document
from addons.zatca.options import ZatcaOptions
from core.api import Attachment, Conflict, options, phrase, utc_now

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


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


@dataclass(frozen=True, slots=True)
class ArchivedMonth:
    """The days of a month, the latest first; `earlier` and `later` are the months beside it in
    which something was signed."""

    first: date
    last: date
    days: Sequence[ArchivedDay]
    earlier: date | None
    later: date | None


def archived_month(
    session: Session, month: date | None = None, device_id: int | None = None
) -> ArchivedMonth:
    """A month of one device, or of all; the latest in which something was signed where none is
    named."""
    mine = Document.device_id == device_id if device_id is not None else Document.id.is_not(None)
    if month is None:
        latest = session.scalar(select(func.max(Document.issue_at)).where(mine))
        month = (latest or utc_now()).astimezone(RIYADH).date()
    first = month.replace(day=1)
    next_first = (first + timedelta(days=31)).replace(day=1)
    begin, end = _moment(first), _moment(next_first)
    newest, oldest = func.max(Document.issue_at), func.min(Document.issue_at)
    before = session.scalar(select(newest).where(mine, Document.issue_at < begin))
    after = session.scalar(select(oldest).where(mine, Document.issue_at >= end))
    day = cast(func.timezone("Asia/Riyadh", Document.issue_at), Date)
    found = session.execute(
        select(
            Device.id,
            Device.name,
            day,
            func.count(),
            func.min(Document.counter),
            func.max(Document.counter),
            func.count().filter(Document.state.in_((*OPEN_STATES, "NOT_CLEARED"))),
        )
        .join(Device, Device.id == Document.device_id)
        .where(mine, Document.issue_at >= begin, Document.issue_at < end)
        .group_by(Device.id, Device.name, day)
        .order_by(day.desc(), Device.name)
    )
    return ArchivedMonth(
        first=first,
        last=next_first - timedelta(days=1),
        days=[ArchivedDay(*row) for row in found],
        earlier=_month_of(before),
        later=_month_of(after),
    )


def file_name(document: Document) -> str:
    """Under which a document is saved: its place in the chain, then its number."""
    number = _UNSAFE.sub("-", document.number)
    return (
        f"{document.counter:08d}_{document.issue_at.astimezone(RIYADH):%Y%m%dT%H%M%S}_{number}.xml"
    )


def attachment_of(document: Document) -> Attachment:
    """What travels inside a PDF: what the authority stamped, or what was signed."""
    content = (document.cleared_xml or document.xml).decode()
    return Attachment(file_name(document), content, "application/xml", document.issue_at.date())


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


def _month_of(moment: datetime | None) -> date | None:
    return None if moment is None else moment.astimezone(RIYADH).date().replace(day=1)
