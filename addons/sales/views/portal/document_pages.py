"""Invoices, deliveries and payments as their customer sees them, and what a link opens."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from addons.sales.models import Invoice
from addons.sales.options import PortalOptions
from addons.sales.services.portal.documents import own_delivery, own_invoice, own_payment
from addons.sales.services.portal.gateways import ways_to_pay
from addons.sales.services.portal.guests import Guest
from addons.sales.services.portal.seen import note_seen
from addons.sales.services.portal.telling import comment
from addons.sales.services.stamps import title_of
from addons.sales.views.portal import order_pages
from addons.sales.views.portal.entering import Entered, framed, inside, is_staff
from addons.sales.views.portal.papers import as_file, paper_of
from addons.sales.views.portal.wording import state_of
from core.api import (
    PUBLIC,
    AppError,
    Empty,
    Page,
    Redirect,
    Reply,
    Request,
    Route,
    options,
    phrase,
    savepoint,
    today,
)

INVOICE_PIECE: Final = "sales/portal/invoice.html"


def the_invoice(session: Session, request: Request, guest: Guest) -> Invoice:
    """The invoice that the address, or the link, names."""
    wanted = request.path_params.get("id", 0) if guest.sees_all else guest.invoice_id or 0
    return own_invoice(session, guest, wanted)


def invoice_context(session: Session, invoice: Invoice, guest: Guest | None) -> dict[str, Any]:
    """What the page of an invoice needs; without a guest it is the staff that looks at it."""
    payable = invoice.kind == "invoice" and invoice.payment_progress != "paid"
    return {
        "invoice": invoice,
        "state": state_of(invoice, today(session)),
        "payable": payable,
        "today": today(session),
        "ways": ways_to_pay(session, invoice.currency) if payable else [],
        "bank": options(session, PortalOptions).bank_details,
        "at": guest.place("invoices", invoice.id) if guest else None,
    }


def invoice_page(
    session: Session,
    entered: Entered,
    invoice: Invoice,
    error: AppError | None = None,
) -> Page:
    """An invoice or credit note; with what was wrong with what was sent."""
    context = {**invoice_context(session, invoice, entered.guest), "error": error}
    title = phrase("Invoice {number}", number=invoice.number or "")
    if invoice.kind == "credit_note":
        title = phrase("Credit note {number}", number=invoice.number or "")
    if own := title_of(session, invoice):
        title = phrase("{title} {number}", title=phrase(own), number=invoice.number or "")
    status = 200 if error is None else error.status
    return framed(entered, INVOICE_PIECE, context, title=title, status=status)


def show_invoice(session: Session, request: Request, entered: Entered) -> Reply:
    """The page."""
    return invoice_page(session, entered, the_invoice(session, request, entered.guest))


def invoice_pdf(session: Session, request: Request, entered: Entered) -> Reply:
    """The paper."""
    invoice = the_invoice(session, request, entered.guest)
    return as_file(paper_of(session, invoice, request.locale))


def invoice_noted(session: Session, request: Request, entered: Entered) -> Reply:
    """Say something about the invoice."""
    invoice = the_invoice(session, request, entered.guest)
    try:
        with savepoint(session):
            comment(session, entered.guest, invoice, request.form.get("body", ""))
    except AppError as error:
        return invoice_page(session, entered, invoice, error)
    return Redirect(
        str(entered.guest.place("invoices", invoice.id)), phrase("We got your message.")
    )


def invoice_seen(session: Session, request: Request, entered: Entered) -> Reply:
    """Sent by the page once it is shown."""
    invoice = the_invoice(session, request, entered.guest)
    if not is_staff(request):
        note_seen(session, entered.guest, invoice)
    return Empty()


def show_delivery(session: Session, request: Request, entered: Entered) -> Reply:
    """What left, and with whom."""
    delivery = own_delivery(session, entered.guest, request.path_params["id"])
    context = {
        "delivery": delivery,
        "order": delivery.order,
        "base": entered.guest.base,
        "at": entered.guest.place("deliveries", delivery.id),
    }
    title = phrase("Delivery {number}", number=delivery.number or "")
    return framed(entered, "sales/portal/delivery.html", context, title=title)


def delivery_pdf(session: Session, request: Request, entered: Entered) -> Reply:
    """The paper."""
    delivery = own_delivery(session, entered.guest, request.path_params["id"])
    return as_file(paper_of(session, delivery, request.locale))


def payment_pdf(session: Session, request: Request, entered: Entered) -> Reply:
    """The receipt."""
    payment = own_payment(session, entered.guest, request.path_params["id"])
    return as_file(paper_of(session, payment, request.locale))


def _by_link(of_order: Any, of_invoice: Any) -> Any:
    """The handler for what a link names."""

    def choose(session: Session, request: Request, entered: Entered) -> Reply:
        handler = of_invoice if entered.guest.order_id is None else of_order
        return handler(session, request, entered)

    return inside(choose)


_AT: Final = "/portal/invoices/{id:int}"
_LINK: Final = "/portal/shared"
_DELIVERY: Final = "/portal/deliveries/{id:int}"
ROUTES: Final = (
    Route("GET", _AT, inside(show_invoice), PUBLIC),
    Route("GET", f"{_AT}/pdf", inside(invoice_pdf), PUBLIC),
    Route("POST", f"{_AT}/note", inside(invoice_noted), PUBLIC, never_blocked=True),
    Route("POST", f"{_AT}/seen", inside(invoice_seen), PUBLIC, never_blocked=True),
    Route("GET", _DELIVERY, inside(show_delivery), PUBLIC),
    Route("GET", f"{_DELIVERY}/pdf", inside(delivery_pdf), PUBLIC),
    Route("GET", "/portal/payments/{id:int}/pdf", inside(payment_pdf), PUBLIC),
    Route("GET", _LINK, _by_link(order_pages.show, show_invoice), PUBLIC),
    Route("GET", f"{_LINK}/pdf", _by_link(order_pages.pdf, invoice_pdf), PUBLIC),
    *(
        Route("POST", f"{_LINK}/{name}", _by_link(*both), PUBLIC, never_blocked=True)
        for name, both in (
            ("note", (order_pages.noted, invoice_noted)),
            ("seen", (order_pages.seen, invoice_seen)),
        )
    ),
)
