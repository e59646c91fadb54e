"""Pages about an order that ask something first: what is delivered, why it is lost or put on hold;
and what it said before."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import stock
from addons.sales.models import LostReason, OrderVersion, SalesOrder
from addons.sales.permissions import CONFIRM_ORDERS, DELIVER, EDIT_ORDERS, VIEW_ORDERS
from addons.sales.services import confirming, delivering, quoting, returning
from addons.sales.services.direct.supplying import ask_again
from addons.sales.services.progress import to_deliver
from addons.sales.services.titles import order_title
from addons.sales.services.versions import content_of
from addons.sales.views.reaching import reach
from addons.sales.views.typed import amounts_by_key, typed_day, typed_key
from core.api import AppError, Page, Redirect, Reply, Request, Route, phrase, savepoint, today


def delivery_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """How much of each line leaves, and from which lots."""
    order = reach(session, request, SalesOrder, DELIVER)
    lines = [(line, left) for line in order.lines if (left := to_deliver(line))]
    return Page(
        "sales/deliver.html",
        {
            "order": order,
            "title": order_title(order),
            "lines": lines,
            "lots": stock(session) is not None,
            "today": today(session),
            "key": request.form.get("key") or uuid4().hex,
            "typed": request.form,
            "error": error,
        },
        status=200 if error is None else error.status,
    )


def deliver_typed(session: Session, request: Request) -> Reply:
    """Deliver what was typed; what is wrong is said on the page."""
    order = reach(session, request, SalesOrder, DELIVER)
    try:
        with savepoint(session):
            wanted = {
                key: delivering.Wanted(quantity, request.form.get(f"lots.{key}", ""))
                for key, quantity in amounts_by_key(request, "quantity").items()
                if quantity
            }
            written = delivering.deliver(
                session,
                order,
                wanted,
                day=typed_day(request, "day"),
                key=request.form.get("key", ""),
            )
    except AppError as error:
        return delivery_page(session, request, error)
    said = phrase("Delivered.")
    if written is not None:
        said = phrase("Delivered as {number}.", number=written.number or "")
    return Redirect(f"/sales/orders/{order.id}", said)


def begin_return(session: Session, request: Request) -> Redirect:
    """Begin a return of all that can come back, to be corrected."""
    order = reach(session, request, SalesOrder, DELIVER)
    back = returning.create_return(
        session,
        {"order_id": order.id, "with_goods": request.form.get("without_goods") != "1"},
    )
    return Redirect(f"/sales/returns/{back.id}/edit")


def why_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """Why a quotation was lost, or an order shall rest."""
    what = request.path_params["what"]
    order = reach(session, request, SalesOrder, EDIT_ORDERS if what == "lost" else CONFIRM_ORDERS)
    reasons = select(LostReason).where(LostReason.active).order_by(LostReason.name)
    return Page(
        "sales/why.html",
        {
            "order": order,
            "title": order_title(order),
            "what": what,
            "reasons": session.scalars(reasons).all() if what == "lost" else (),
            "typed": request.form,
            "error": error,
        },
        status=200 if error is None else error.status,
    )


def lose_for_reason(session: Session, request: Request) -> Reply:
    """Mark a quotation as lost."""
    order = reach(session, request, SalesOrder, EDIT_ORDERS)
    try:
        with savepoint(session):
            quoting.lose(session, order, typed_key(request, "reason"), request.form.get("note", ""))
    except AppError as error:
        return why_page(session, request, error)
    return Redirect(f"/sales/orders/{order.id}", phrase("Marked as lost."))


def hold_for_reason(session: Session, request: Request) -> Reply:
    """Put an order on hold."""
    order = reach(session, request, SalesOrder, CONFIRM_ORDERS)
    try:
        with savepoint(session):
            confirming.hold(session, order, request.form.get("note", ""))
    except AppError as error:
        return why_page(session, request, error)
    return Redirect(f"/sales/orders/{order.id}", phrase("It rests."))


def ask_suppliers(session: Session, request: Request) -> Redirect:
    """Order anew from suppliers what they shall bring and nobody is asked for."""
    order = reach(session, request, SalesOrder, CONFIRM_ORDERS)
    ask_again(session, order)
    return Redirect(f"/sales/orders/{order.id}", phrase("The suppliers' orders were drafted."))


def take_option(session: Session, request: Request) -> Redirect:
    """Make an option part of the order."""
    order = reach(session, request, SalesOrder, EDIT_ORDERS)
    quoting.take_option(session, order, request.path_params["line"])
    return Redirect(f"/sales/orders/{order.id}", phrase("The option is part of the order now."))


def versions_page(session: Session, request: Request) -> Page:
    """What an order says now and said before, line by line, the newest first."""
    order = reach(session, request, SalesOrder, VIEW_ORDERS)
    earlier = session.scalars(
        select(OrderVersion)
        .where(OrderVersion.order_id == order.id)
        .order_by(OrderVersion.quote_version.desc())
    ).all()
    now = {"version": order.quote_version, "content": content_of(order), "total": order.total}
    return Page(
        "sales/versions.html",
        {"order": order, "title": order_title(order), "now": now, "earlier": earlier},
    )


_ORDER: Final = "/orders/{id:int}"
ROUTES: Final = (
    Route("GET", f"{_ORDER}/deliver", delivery_page, DELIVER),
    Route("POST", f"{_ORDER}/deliver", deliver_typed, DELIVER),
    Route("POST", f"{_ORDER}/return", begin_return, DELIVER),
    Route("GET", f"{_ORDER}/why/{{what}}", why_page, VIEW_ORDERS),
    Route("POST", f"{_ORDER}/why/lost", lose_for_reason, EDIT_ORDERS),
    Route("POST", f"{_ORDER}/why/held", hold_for_reason, CONFIRM_ORDERS),
    Route("POST", f"{_ORDER}/options/{{line:int}}", take_option, EDIT_ORDERS),
    Route("POST", f"{_ORDER}/ask-suppliers", ask_suppliers, CONFIRM_ORDERS),
    Route("GET", f"{_ORDER}/versions", versions_page, VIEW_ORDERS),
)
