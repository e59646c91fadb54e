"""The report of the chain doctor, and the archive by device and day."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from addons.zatca.models import Device, Document
from addons.zatca.permissions import VIEW_DEVICES, VIEW_DOCUMENTS
from addons.zatca.services.archive import archived_month, file_name
from addons.zatca.services.archiving.wanted import MOST_PRINTED, Wanted, require_fetchable
from addons.zatca.services.archiving.zipped import export
from addons.zatca.services.doctor import examine
from addons.zatca.services.found import device_of
from core.api import File, InvalidInput, NotFound, Page, Request, Route, phrase

XML: Final = "application/xml"
ZIP: Final = "application/zip"


def report(session: Session, request: Request) -> Page:
    """Every link of a device's chain from the first, and what is wrong with it."""
    device = device_of(session, int(request.path_params["id"]))
    return Page("zatca/chain.html", {"device": device, "found": examine(session, device.id)[0]})


def archive(session: Session, request: Request) -> Page:
    """What was signed in a month, by day and device; the latest month where none is named."""
    month = _day(request, "month") if request.query.get("month") else None
    device_id = _number(request.query.get("device", "")) or None
    given = {
        "month": archived_month(session, month, device_id),
        "device_id": device_id,
        "devices": session.scalars(select(Device).order_by(Device.name, Device.id)).all(),
        "most_printed": MOST_PRINTED,
    }
    return Page("zatca/archive.html", given)


def fetch(session: Session, request: Request) -> File:
    """A ZIP of what a device signed on some days."""
    device = device_of(session, _number(request.query.get("device", "")))
    first, last = _day(request, "first"), _day(request, "last")
    if last < first:
        raise InvalidInput.of("last", phrase("It ends before it begins."))
    wanted = Wanted(device.id, first, last, paper="paper" in request.query)
    require_fetchable(session, wanted)
    name = f"zatca_{device.id}_{first:%Y%m%d}_{last:%Y%m%d}.zip"
    return File(export(session, wanted), name, ZIP)


def file(session: Session, request: Request) -> File:
    """The XML of a document: what the authority stamped, or what was signed."""
    document = session.scalars(
        select(Document)
        .where(Document.id == int(request.path_params["id"]))
        .options(undefer(Document.xml), undefer(Document.cleared_xml))
    ).one_or_none()
    if document is None:
        raise NotFound(phrase("There is no such electronic invoice."))
    signed = "signed" in request.query
    return File(
        document.xml if signed else document.cleared_xml or document.xml, file_name(document), XML
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _day(request: Request, name: str) -> date:
    try:
        return date.fromisoformat(request.query.get(name, ""))
    except ValueError:
        raise InvalidInput.of(name, phrase("Give a day as year-month-day.")) from None


ROUTES: Final = (
    Route("GET", "/chains/{id:int}", report, VIEW_DEVICES),
    Route("GET", "/archive", archive, VIEW_DOCUMENTS),
    Route("GET", "/archive/files", fetch, VIEW_DOCUMENTS),
    Route("GET", "/files/{id:int}", file, VIEW_DOCUMENTS),
)
