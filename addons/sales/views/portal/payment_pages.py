"""Paying online: begun here, paid at a gateway, and what became of it. Without a gateway the pages
of documents show the bank details instead."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from addons.sales.extension_points import Handover, PaymentOrder
from addons.sales.models import INTENT_STATES, PaymentIntent
from addons.sales.services.portal.coming_back import come_back, way_back
from addons.sales.services.portal.gateways import start_at
from addons.sales.services.portal.guests import Guest
from addons.sales.services.portal.intents import (
    begin_ahead,
    begin_for_invoices,
    cancel_payment,
    own_intent,
)
from addons.sales.views.portal.document_pages import invoice_page, the_invoice
from addons.sales.views.portal.entering import SHARED, Entered, framed, inside
from addons.sales.views.portal.lists import statement_page
from addons.sales.views.portal.order_pages import order_page, the_order
from core.api import (
    PUBLIC,
    AppError,
    InvalidInput,
    NotFound,
    Page,
    Redirect,
    Reply,
    Request,
    Route,
    msg,
    phrase,
    savepoint,
)

_MOST_DIGITS: Final = 20


def pay_invoice(session: Session, request: Request, entered: Entered) -> Reply:
    """Pay what is open of one invoice."""
    invoice = the_invoice(session, request, entered.guest)
    gateway = request.form.get("gateway", "")
    try:
        with savepoint(session):
            intent = begin_for_invoices(session, entered.guest, gateway, [invoice.id])
            handover = _start(session, request, entered.guest, intent, invoice.number or "")
    except AppError as error:
        return invoice_page(session, entered, invoice, error)
    return _leaving(entered, intent, handover)


def pay_ahead(session: Session, request: Request, entered: Entered) -> Reply:
    """Pay ahead for a quotation or order."""
    order = the_order(session, request, entered.guest)
    gateway = request.form.get("gateway", "")
    try:
        with savepoint(session):
            amount = _amount(request.form.get("amount", ""))
            intent = begin_ahead(session, entered.guest, gateway, order, amount)
            handover = _start(session, request, entered.guest, intent, order.number or "")
    except AppError as error:
        return order_page(session, request, entered, order, error)
    return _leaving(entered, intent, handover)


def pay_by_link(session: Session, request: Request, entered: Entered) -> Reply:
    """Pay the document that a link names."""
    handler = pay_invoice if entered.guest.order_id is None else pay_ahead
    return handler(session, request, entered)


def pay_statement(session: Session, request: Request, entered: Entered) -> Reply:
    """Pay the invoices that were chosen on the statement."""
    chosen = [int(one) for one in request.form.getlist("invoice") if _is_key(one)]
    gateway = request.form.get("gateway", "")
    try:
        with savepoint(session):
            intent = begin_for_invoices(session, entered.guest, gateway, chosen)
            title = phrase("{count} invoices", count=str(len(intent.parts)))
            handover = _start(session, request, entered.guest, intent, title)
    except AppError as error:
        return statement_page(session, entered, error)
    return _leaving(entered, intent, handover)


def show(session: Session, request: Request, entered: Entered) -> Reply:
    """What became of a payment; where the gateway sends the customer back to."""
    intent = own_intent(session, entered.guest, request.path_params["intent"])
    guest = entered.guest
    context = {
        "intent": intent,
        "state": dict(INTENT_STATES)[intent.state],
        "at": guest.paying(intent.id),
        "back": f"{guest.base}/statement" if guest.sees_all else guest.shared,
    }
    return framed(entered, "sales/portal/payment.html", context, title=msg("Your payment"))


def back(session: Session, request: Request) -> Reply:
    """Where a payment service sends who came by a link back to."""
    context = {"action": f"{SHARED}/back", "once": request.query.get("once", "")}
    return framed(None, "sales/portal/back.html", context, title=msg("Your payment"))


def go_on(session: Session, request: Request) -> Reply:
    """Use the way back up: on to what became of the payment."""
    try:
        return Redirect(str(come_back(session, request.form.get("once", ""), SHARED)))
    except NotFound as error:
        return framed(None, "sales/portal/missing.html", {"error": error},
                      title=msg("There is nothing here"), status=404)  # fmt: skip


def cancel(session: Session, request: Request, entered: Entered) -> Reply:
    """Give a payment up. Money that is on its way counts all the same."""
    intent = own_intent(session, entered.guest, request.path_params["intent"])
    ended = cancel_payment(session, intent.id, phrase("By the customer"))
    told = phrase("The payment was given up.")
    if ended.state != "cancelled":
        told = phrase("This payment is settled already.")
    return Redirect(str(entered.guest.paying(intent.id)), told)


def _start(
    session: Session, request: Request, guest: Guest, intent: PaymentIntent, title: str
) -> Handover:
    return start_at(
        session,
        intent.gateway,
        PaymentOrder(
            intent_id=intent.id,
            amount=intent.amount,
            currency=intent.currency,
            title=title,
            customer=intent.contact_name,
            email=guest.email,
            language=request.locale,
            return_url=f"{request.origin}{way_back(session, guest, intent.id)}",
        ),
    )


def _leaving(entered: Entered, intent: PaymentIntent, handover: Handover) -> Page:
    """The page that leads to the gateway: browsers follow no form to another host, and whoever
    pays should see where they go."""
    parts = urlsplit(handover.url)
    context = {"intent": intent, "handover": handover, "host": parts.hostname or ""}
    return framed(
        entered,
        "sales/portal/leaving.html",
        context,
        title=msg("On to the payment"),
        forms_to=f"{parts.scheme}://{parts.netloc}" if handover.fields else "",
    )


def _amount(text: str) -> Decimal:
    try:
        found = Decimal(text.strip()) if len(text) <= _MOST_DIGITS else Decimal("NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise InvalidInput.of("amount", phrase("This is no amount."))
    return found


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


_LINK: Final = "/portal/shared"
ROUTES: Final = (
    *(
        Route("POST", path, inside(handler), PUBLIC, never_blocked=True)
        for path, handler in (
            ("/portal/invoices/{id:int}/pay", pay_invoice),
            ("/portal/orders/{id:int}/pay", pay_ahead),
            ("/portal/statement/pay", pay_statement),
            (f"{_LINK}/pay", pay_by_link),
            ("/portal/paying/{intent:int}/cancel", cancel),
            (f"{_LINK}/paying/{{intent:int}}/cancel", cancel),
        )
    ),
    Route("GET", "/portal/paying/{intent:int}", inside(show), PUBLIC),
    Route("GET", f"{_LINK}/paying/{{intent:int}}", inside(show), PUBLIC),
    Route("GET", f"{_LINK}/back", back, PUBLIC),
    Route("POST", f"{_LINK}/back", go_on, PUBLIC, never_blocked=True),
)
