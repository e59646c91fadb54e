"""Printing from a record's page: the menu, the button behind it, and the file it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.db.base import utc_now
from core.errors import Conflict, NotFound
from core.i18n import phrase
from core.i18n.locales import LOCALES
from core.printing.models import PrintedCopy
from core.web.printing.forms import form_named, offered_forms, title_of
from core.web.printing.labels import label_pdf
from core.web.printing.service import (
    Pdf,
    known_language,
    log_print,
    order_of,
    pdf_of,
)
from core.web.replies import File, Redirect, Reply
from core.web.request import Request
from core.web.resources.culture import PLAIN
from core.web.resources.effective import shape_named
from core.web.resources.records import load
from core.web.resources.shape import Shape

PRINTS: Final = "/core/prints"
KEPT: Final = timedelta(hours=12)
"""How long a print can be looked at again; after that it is printed anew."""
PDF: Final = "application/pdf"


@dataclass(frozen=True, slots=True)
class Offer:
    """One entry of the print menu."""

    form: str
    title: str
    kind: str


def beside_the_buttons(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The slot of the print menu on a record's page."""
    shape, record = given["shape"], given["record"]
    offers = [
        Offer(form.name, title_of(shape, form), form.kind) for form in offered_forms(shape, record)
    ]
    if not offers:
        return None
    return {
        "offers": offers,
        "languages": LOCALES,
        "own_language": known_language(session, ""),
        "print_url": f"{given['url']}/print",
        "times_printed": _times(session, shape, getattr(record, shape.key.name)),
    }


def print_record(shape: Shape, session: Session, request: Request) -> Reply:
    """Write down that the record is printed, and lead to its file."""
    record = load(session, shape, request.path_params["id"])
    form = form_named(shape, request.form.get("form", ""))
    if not form.when(record):
        raise Conflict(
            phrase("{title} is not printed so now.", title=shape.resource.record_title(record)),
            fix="Its state decides what can be printed.",
        )
    order = order_of(
        session, shape, form, known_language(session, request.form.get("language", ""))
    )
    way = "label" if form.kind == "label" else "paper"
    (entry,) = log_print(session, order, [getattr(record, shape.key.name)], way)
    return Redirect(f"{PRINTS}/{entry}")


def show_print(session: Session, request: Request) -> Reply:
    """The file of a print, for whoever printed it, as long as they may read the record."""
    entry = session.scalar(select(PrintedCopy).where(PrintedCopy.id == request.path_params["id"]))
    mine = entry is not None and entry.user_id == actor(session).user_id
    if entry is None or not mine or entry.printed_at < utc_now() - KEPT:
        raise NotFound("This print is gone.", fix="Open the record and print it again.")
    pdf = _print_again(session, entry)
    return File(pdf.content, pdf.name, PDF, inline=True)


def _print_again(session: Session, entry: PrintedCopy) -> Pdf:
    shape = shape_named(session, entry.resource)
    if shape is None or not actor(session).may(shape.resource.access.read.code):
        raise NotFound("This print is gone.", fix="Open the record and print it again.")
    record = load(session, shape, shape.key.key.read(entry.record, PLAIN))
    form = form_named(shape, entry.form)
    order = order_of(session, shape, form, entry.language)
    if form.kind == "label" and form.template is None:
        return label_pdf(session, order, [record])
    return pdf_of(session, order, record, entry.number - 1)


def _times(session: Session, shape: Shape, key: Any) -> int:
    """How often any form of the record was printed."""
    counted = select(func.count()).where(
        PrintedCopy.resource == shape.full_name, PrintedCopy.record == str(key)
    )
    return session.execute(counted).scalar_one()
