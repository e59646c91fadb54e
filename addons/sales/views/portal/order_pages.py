"""A quotation or order as its customer sees it, and what they can do with it."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from addons.sales.models import SalesOrder
from addons.sales.options import PortalOptions
from addons.sales.services.portal.answering import (
    Signed,
    accept,
    answer_to_this,
    decline,
    why_not,
)
from addons.sales.services.portal.content import digest_of, shown_content
from addons.sales.services.portal.documents import (
    deliveries_of,
    invoices_of,
    is_veiled,
    own_order,
)
from addons.sales.services.portal.gateways import ways_to_pay
from addons.sales.services.portal.guests import Guest
from addons.sales.services.portal.intents import left_to_pay_ahead
from addons.sales.services.portal.seen import note_seen
from addons.sales.services.portal.telling import comment
from addons.sales.views.portal.entering import (
    Entered,
    framed,
    inside,
    is_staff,
    require_customer,
)
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

PIECE: Final = "sales/portal/order.html"


def the_order(session: Session, request: Request, guest: Guest) -> SalesOrder:
    """The order that the address, or the link, names."""
    wanted = request.path_params.get("id", 0) if guest.sees_all else guest.order_id or 0
    return own_order(session, guest, wanted)


def order_context(session: Session, order: SalesOrder, guest: Guest | None) -> dict[str, Any]:
    """What the page of an order needs; without a guest it is the staff that looks at it."""
    hindrance = why_not(session, order)
    answer = answer_to_this(session, order)
    return {
        "order": order,
        "state": state_of(order, today(session)),
        "lines": [line for line in order.lines if line.kind != "option"],
        "choices": [line for line in order.lines if line.kind == "option"],
        "answer": answer,
        "hindrance": hindrance,
        "can_answer": hindrance is None,
        "veiled": is_veiled(order, answer),
        "seen": digest_of(shown_content(order)),
        "ahead": left_to_pay_ahead(session, order),
        "ways": ways_to_pay(session, order.currency),
        "bank": options(session, PortalOptions).bank_details,
        "deliveries": deliveries_of(session, guest, order.id) if guest else [],
        "invoices": invoices_of(session, guest, order.id) if guest else [],
        "at": guest.place("orders", order.id) if guest else None,
        "typed": {},
    }


def order_page(
    session: Session,
    request: Request,
    entered: Entered,
    order: SalesOrder,
    error: AppError | None = None,
) -> Page:
    """A quotation or order; with what was wrong with what was sent."""
    context = order_context(session, order, entered.guest)
    context |= {"error": error, "typed": request.form}
    shown = phrase("Quotation {number}", number=order.number or "")
    if order.confirmed_at is not None:
        shown = phrase("Order {number}", number=order.number or "")
    status = 200 if error is None else error.status
    return framed(entered, PIECE, context, title=shown, status=status)


def show(session: Session, request: Request, entered: Entered) -> Reply:
    """The page."""
    return order_page(session, request, entered, the_order(session, request, entered.guest))


def pdf(session: Session, request: Request, entered: Entered) -> Reply:
    """The paper, of what the customer may see."""
    order = the_order(session, request, entered.guest)
    if is_veiled(order, answer_to_this(session, order)):
        return order_page(session, request, entered, order)
    return as_file(paper_of(session, order, request.locale))


def accepted(session: Session, request: Request, entered: Entered) -> Reply:
    """Accept the quotation."""
    order = the_order(session, request, entered.guest)
    try:
        require_customer(request)
        with savepoint(session):
            is_order = accept(
                session,
                entered.guest,
                order,
                _signed(request),
                lambda one: paper_of(session, one, request.locale).content,
            )
    except AppError as error:
        return order_page(session, request, entered, order, error)
    told = phrase("Thank you. {number} is ordered.", number=order.number or "")
    if not is_order:
        told = phrase("Thank you. We have your acceptance, and confirm the order shortly.")
    return Redirect(str(entered.guest.place("orders", order.id)), told)


def declined(session: Session, request: Request, entered: Entered) -> Reply:
    """Decline the quotation."""
    order = the_order(session, request, entered.guest)
    try:
        require_customer(request)
        with savepoint(session):
            reason = request.form.get("reason", "")
            decline(session, entered.guest, order, _signed(request), reason)
    except AppError as error:
        return order_page(session, request, entered, order, error)
    return Redirect(
        str(entered.guest.place("orders", order.id)), phrase("Thank you for telling us.")
    )


def noted(session: Session, request: Request, entered: Entered) -> Reply:
    """Say something about the quotation or order."""
    order = the_order(session, request, entered.guest)
    try:
        with savepoint(session):
            comment(session, entered.guest, order, request.form.get("body", ""))
    except AppError as error:
        return order_page(session, request, entered, order, error)
    return Redirect(str(entered.guest.place("orders", order.id)), phrase("We got your message."))


def seen(session: Session, request: Request, entered: Entered) -> Reply:
    """Sent by the page once it is shown."""
    order = the_order(session, request, entered.guest)
    if not is_staff(request) and not is_veiled(order, answer_to_this(session, order)):
        note_seen(session, entered.guest, order)
    return Empty()


def _signed(request: Request) -> Signed:
    return Signed(
        request.form.get("name", ""),
        request.form.get("seen", ""),
        request.form.get("drawing", ""),
    )


_AT: Final = "/portal/orders/{id:int}"
_LINK: Final = "/portal/shared"
# Customers answer whatever became of the company's licence, as they may enter the portal.
ROUTES: Final = (
    Route("GET", _AT, inside(show), PUBLIC),
    Route("GET", f"{_AT}/pdf", inside(pdf), PUBLIC),
    *(
        Route("POST", f"{place}/{name}", inside(handler), PUBLIC, never_blocked=True)
        for place in (_AT, _LINK)
        for name, handler in (("accept", accepted), ("decline", declined))
    ),
    Route("POST", f"{_AT}/note", inside(noted), PUBLIC, never_blocked=True),
    Route("POST", f"{_AT}/seen", inside(seen), PUBLIC, never_blocked=True),
)
