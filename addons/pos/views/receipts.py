"""Calls by which a till asks for a receipt, what stands beside one, and the list of all lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.pos.models import Sale, SaleLine
from addons.pos.permissions import VIEW_SALES
from addons.pos.services.flags import FLAGS
from addons.pos.services.operations.senders import sender
from addons.pos.services.receipts import (
    MAIL_RECEIPT,
    ask_for_mail,
    find_receipt,
    mail_receipt,
    told_receipt,
)
from addons.pos.views.api_calls import RECEIPT, RECEIPT_MAIL, RECEIPT_PDF
from addons.pos.views.sales import SALES
from core.api import (
    PUBLIC,
    Access,
    Column,
    Displays,
    Empty,
    File,
    Filter,
    InvalidInput,
    Job,
    Json,
    Reply,
    Request,
    Resource,
    Route,
    Slot,
    msg,
    phrase,
    print_pdf,
)

LINES: Final = Resource(
    name="sale-lines",
    model=SaleLine,
    title=msg("What the tills sold"),
    singular=msg("Line of a receipt"),
    help=msg("Every line of every receipt, to sum and to group."),
    access=Access(VIEW_SALES),
    columns=(
        Column("sale.day", msg("Date")),
        Column("sale.number", msg("Receipt")),
        Column("sale.register.code", msg("Till")),
        Column("label", msg("What")),
        Column("quantity", msg("Quantity")),
        Column("price", msg("Price"), widget="money"),
        Column("net", msg("Net"), widget="money", total=True, currency="sale.currency"),
        Column("tax", msg("Tax"), widget="money", total=True, currency="sale.currency"),
    ),
    record_title=lambda line: phrase("Line {id}", id=str(line.id)),
    search=("label",),
    filters=(
        Filter("sale_id", msg("Receipt"), reference="pos.sales"),
        Filter("product_id", msg("Product"), reference="catalog.products"),
        Filter("quantity", msg("Quantity")),
    ),
    order=("-id",),
    displays=Displays(board=False, calendar=False),
    discussed=False,
    customizable=False,
)


def beside_sale(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The lines, taxes and payments of a receipt, and what a manager should look at."""
    sale: Sale = given["record"]
    return {
        "sale": sale,
        "lines": sale.lines,
        "taxes": sale.taxes,
        "payments": sale.payments,
        "oddities": [FLAGS.get(flag, flag) for flag in sale.flags],
    }


def receipt(session: Session, request: Request) -> Reply:
    """GET /api/v1/pos/receipts/<number>: what was sold, and what of it came back."""
    sender(session, request)
    return Json(told_receipt(session, find_receipt(session, request.path_params["number"])))


def receipt_pdf(session: Session, request: Request) -> Reply:
    """GET /api/v1/pos/receipts/<number>/pdf: the receipt on paper."""
    sender(session, request)
    pdf = print_pdf(session, SALES, find_receipt(session, request.path_params["number"]))
    return File(pdf.content, pdf.name, "application/pdf", inline=True)


def receipt_mail(session: Session, request: Request) -> Reply:
    """POST /api/v1/pos/receipts/<number>/mail: have it sent."""
    sender(session, request)
    given = request.json()
    address = given.get("email") if isinstance(given, dict) else None
    if not isinstance(address, str):
        raise InvalidInput.of("email", phrase("Send an e-mail address."))
    ask_for_mail(session, find_receipt(session, request.path_params["number"]), address)
    return Empty(status=202)


def mail(session: Session, sale_id: int, address: str) -> None:
    """Send a receipt to whoever asked for it at the till."""
    found = session.get(Sale, sale_id)
    if found is not None:
        mail_receipt(session, SALES, found, address)


SLOTS: Final = (Slot("pos.sales.side", "pos/sale_side.html", beside_sale, VIEW_SALES),)
ROUTES: Final = (
    Route("GET", "/api/v1/pos/receipts/{number}", receipt, PUBLIC, api=RECEIPT),
    Route("GET", "/api/v1/pos/receipts/{number}/pdf", receipt_pdf, PUBLIC, api=RECEIPT_PDF),
    Route(
        "POST",
        "/api/v1/pos/receipts/{number}/mail",
        receipt_mail,
        PUBLIC,
        never_blocked=True,
        api=RECEIPT_MAIL,
    ),
)
"""Open to everybody: each asks for the device's own token."""
JOBS: Final = (Job(MAIL_RECEIPT, msg("Send a till receipt by e-mail"), mail),)
