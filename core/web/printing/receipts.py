"""Receipts and labels as bytes for the printer at the till, and codes as pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, cast

from sqlalchemy.orm import Session

from core.declare import Print
from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.printing.codes import SYMBOLOGIES, svg_of
from core.printing.labels import label_format
from core.printing.receipts import PAPERS, Mode, Receipt, Roll, commands
from core.printing.zpl import zpl
from core.web.printing.forms import forms_of
from core.web.printing.gathering import gather
from core.web.printing.labels import USUAL_FORMAT, label_of, label_pdf
from core.web.printing.service import (
    known_language,
    log_print,
    order_of,
    printed_before,
    stationery,
)
from core.web.printing.wanted import Wanted
from core.web.replies import File, Reply
from core.web.request import Request
from core.web.resources.records import load
from core.web.resources.shape import Shape

CODES: Final = "/core/codes"
_BYTES: Final = "application/octet-stream"
_MODES: Final = ("auto", "text", "raster")
_MOST_COPIES: Final = 500


def print_receipt(shape: Shape, session: Session, request: Request) -> Reply:
    """The record's receipt as ESC/POS: `roll` is 58 or 80, `drawer` opens the drawer, `mode`
    is text, raster or auto. For whoever may read the record; logged as any print."""
    record = load(session, shape, request.path_params["id"])
    form = _form(shape, "receipt", request.form.get("form", ""))
    language = known_language(session, request.form.get("language", ""))
    order = order_of(session, shape, form, language)
    roll = _one_of("roll", request.form.get("roll", "80"), tuple(map(str, PAPERS)))
    mode = _one_of("mode", request.form.get("mode", "auto"), _MODES)
    receipt = receipt_of(session, order, record, cast("Roll", int(roll)))
    receipt = replace(
        receipt,
        mode=cast("Mode", mode),
        drawer="drawer" in request.form,
        cut=request.form.get("cut", "1") != "0",
    )
    sent = commands(receipt)
    log_print(session, order, [getattr(record, shape.key.name)], "receipt")
    return File(sent, f"{shape.name}.bin", _BYTES)


def receipt_of(session: Session, order: Wanted, record: Any, roll: Roll) -> Receipt:
    """What a till sends to its printer for this record."""
    before = printed_before(session, order, record)
    order = replace(order, design=replace(order.design, numbered=False))
    (document,) = gather(session, order, [record], {getattr(record, order.shape.key.name): before})
    held = order.form.qr(session, record) if order.form.qr else ""
    return Receipt(document, stationery(session, order, ""), roll, held)


def print_label(shape: Shape, session: Session, request: Request) -> Reply:
    """The record's label: PDF on the paper `label_format`, or with `as=zpl` for a Zebra."""
    record = load(session, shape, request.path_params["id"])
    form = _form(shape, "label", request.form.get("form", ""))
    order = order_of(
        session, shape, form, known_language(session, request.form.get("language", ""))
    )
    paper = label_format(request.form.get("label_format") or USUAL_FORMAT)
    copies = request.form.get("copies", "1")
    if not copies.isdecimal() or len(copies) > 9 or not 1 <= int(copies) <= _MOST_COPIES:
        raise InvalidInput.of(
            "copies", phrase("Write a number from {low} to {high}.", low=1, high=_MOST_COPIES)
        )
    log_print(session, order, [getattr(record, shape.key.name)], "label")
    if _one_of("as", request.form.get("as", "pdf"), ("pdf", "zpl")) == "pdf":
        pdf = label_pdf(session, order, [record], format_name=paper.name, copies=int(copies))
        return File(pdf.content, pdf.name, "application/pdf", inline=True)
    label = label_of(session, order, record)
    held = form.qr(session, record) if form.qr else label.text
    return File(zpl(label, paper, code=held, copies=int(copies)), f"{shape.name}.zpl", _BYTES)


def show_code(session: Session, request: Request) -> Reply:
    """A barcode or QR code of the text asked for, as SVG."""
    symbology = request.path_params["symbology"]
    if symbology not in SYMBOLOGIES:
        raise NotFound(phrase("There is no such code."), fix=", ".join(SYMBOLOGIES))
    svg = svg_of(request.query.get("text", ""), symbology)
    return File(svg.encode(), f"{symbology}.svg", "image/svg+xml", inline=True)


def _form(shape: Shape, kind: str, name: str) -> Print:
    for form in forms_of(shape):
        if form.kind == kind and name in ("", form.name):
            return form
    raise NotFound(phrase("There is nothing to print called {name}.", name=name or kind))


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise InvalidInput.of(
            name, phrase("This must be one of: {choices}.", choices=", ".join(choices))
        )
    return value
