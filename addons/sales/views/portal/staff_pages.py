"""What the staff sees of the customer's side: the very page, links to it, and the evidence."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from addons.sales.models import Invoice, OrderAnswer, SalesOrder
from addons.sales.permissions import EDIT_INVOICES, EDIT_ORDERS, VIEW_INVOICES, VIEW_ORDERS
from addons.sales.services.portal.answering import answers_of
from addons.sales.services.portal.links import links_of, new_link, withdraw_links
from addons.sales.services.portal.seen import views_of
from addons.sales.services.titles import invoice_title, order_title
from addons.sales.views.portal.document_pages import INVOICE_PIECE, invoice_context
from addons.sales.views.portal.order_pages import PIECE, order_context
from addons.sales.views.reaching import reach
from core.api import (
    Conflict,
    File,
    NotFound,
    Page,
    Redirect,
    Reply,
    Request,
    Route,
    phrase,
    read_file,
)


def order_as_seen(session: Session, request: Request, link: str = "") -> Page:
    """An order as its customer sees it; nothing can be done there."""
    order = reach(session, request, SalesOrder, VIEW_ORDERS)
    shown = order_context(session, order, None) | {"piece": PIECE}
    return _as_seen(session, order, shown, order_title(order), "orders", EDIT_ORDERS.code, link)


def invoice_as_seen(session: Session, request: Request, link: str = "") -> Page:
    """An invoice as its customer sees it."""
    invoice = reach(session, request, Invoice, VIEW_INVOICES)
    _require_posted(invoice)
    shown = invoice_context(session, invoice, None) | {"piece": INVOICE_PIECE}
    return _as_seen(
        session, invoice, shown, invoice_title(invoice), "invoices", EDIT_INVOICES.code, link
    )


def _as_seen(
    session: Session,
    document: SalesOrder | Invoice,
    shown: dict[str, Any],
    title: str,
    kind: str,
    right: str,
    link: str,
) -> Page:
    context = {
        **shown,
        "title": title,
        "kind": kind,
        "document": document,
        "views": views_of(session, document),
        "links": links_of(session, document),
        "right": right,
        "link": link,
        "portal_field": "",
        "guest": None,
        "error": None,
        "typed": {},
        "preview": True,
    }
    return Page("sales/portal/as_seen.html", context)


def link_to_order(session: Session, request: Request) -> Reply:
    """Make a link to an order, and show it this once."""
    order = reach(session, request, SalesOrder, EDIT_ORDERS)
    if order.number is None:
        raise Conflict(
            phrase("Nobody outside sees a draft."), fix=phrase("Send it, or mark it as sent.")
        )
    return order_as_seen(session, request, new_link(session, order))


def link_to_invoice(session: Session, request: Request) -> Reply:
    """Make a link to an invoice, and show it this once."""
    invoice = reach(session, request, Invoice, EDIT_INVOICES)
    _require_posted(invoice)
    return invoice_as_seen(session, request, new_link(session, invoice))


def end_order_links(session: Session, request: Request) -> Reply:
    """Withdraw every link to an order."""
    order = reach(session, request, SalesOrder, EDIT_ORDERS)
    count = withdraw_links(session, order)
    return Redirect(
        f"/sales/orders/{order.id}/customer", phrase("{count} links ended.", count=str(count))
    )


def end_invoice_links(session: Session, request: Request) -> Reply:
    """Withdraw every link to an invoice."""
    invoice = reach(session, request, Invoice, EDIT_INVOICES)
    count = withdraw_links(session, invoice)
    return Redirect(
        f"/sales/invoices/{invoice.id}/customer", phrase("{count} links ended.", count=str(count))
    )


def evidence(session: Session, request: Request) -> Page:
    """How a quotation was answered, version by version: who, when, from where, seeing what."""
    order = reach(session, request, SalesOrder, VIEW_ORDERS)
    drawn = select(OrderAnswer.id).where(
        OrderAnswer.order_id == order.id, OrderAnswer.drawing.is_not(None)
    )
    context = {
        "order": order,
        "title": order_title(order),
        "answers": answers_of(session, order),
        "drawn": set(session.scalars(drawn)),
    }
    return Page("sales/portal/evidence.html", context)


def evidence_pdf(session: Session, request: Request) -> Reply:
    """The very file that was accepted."""
    answer = _answer(session, request)
    if not answer.document_digest:
        raise NotFound(phrase("Nothing was signed."))
    content = read_file(session, answer.document_digest)
    name = f"{answer.order.number}-{answer.quote_version}.pdf".replace("/", "-")
    return File(content, name, "application/pdf", inline=True)


def evidence_drawing(session: Session, request: Request) -> Reply:
    """The signature that was drawn."""
    answer = _answer(session, request)
    if answer.drawing is None:
        raise NotFound(phrase("Nothing was drawn."))
    return File(answer.drawing, f"signature-{answer.id}.png", "image/png", inline=True)


def _answer(session: Session, request: Request) -> OrderAnswer:
    order = reach(session, request, SalesOrder, VIEW_ORDERS)
    found = session.scalar(
        select(OrderAnswer)
        .where(OrderAnswer.id == request.path_params["answer"], OrderAnswer.order_id == order.id)
        .options(undefer(OrderAnswer.drawing))
    )
    if found is None:
        raise NotFound(phrase("There is no such answer."))
    return found


def _require_posted(invoice: Invoice) -> None:
    if invoice.is_draft:
        raise Conflict(phrase("Nobody outside sees a draft."), fix=phrase("Post it first."))


_ORDER: Final = "/orders/{id:int}"
_INVOICE: Final = "/invoices/{id:int}"
_ANSWER: Final = f"{_ORDER}/evidence/{{answer:int}}"
ROUTES: Final = (
    Route("GET", f"{_ORDER}/customer", order_as_seen, VIEW_ORDERS),
    Route("POST", f"{_ORDER}/customer", link_to_order, EDIT_ORDERS),
    Route("POST", f"{_ORDER}/customer/end", end_order_links, EDIT_ORDERS),
    Route("GET", f"{_INVOICE}/customer", invoice_as_seen, VIEW_INVOICES),
    Route("POST", f"{_INVOICE}/customer", link_to_invoice, EDIT_INVOICES),
    Route("POST", f"{_INVOICE}/customer/end", end_invoice_links, EDIT_INVOICES),
    Route("GET", f"{_ORDER}/evidence", evidence, VIEW_ORDERS),
    Route("GET", f"{_ANSWER}/pdf", evidence_pdf, VIEW_ORDERS),
    Route("GET", f"{_ANSWER}/drawing", evidence_drawing, VIEW_ORDERS),
)
