"""Pages that write drafts of invoices: for an order by what is wanted of it, as an advance, and for
several orders of a customer at once."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import SalesOrder, ToInvoice
from addons.sales.permissions import EDIT_INVOICES, VIEW_INVOICES
from addons.sales.services.advances import invoice_advance
from addons.sales.services.invoicing import Basis, invoice_orders
from addons.sales.services.progress import may_invoice
from addons.sales.services.titles import order_title
from addons.sales.views.reaching import reach
from addons.sales.views.typed import amounts_by_key, typed_amount, typed_keys
from core.api import AppError, Page, Redirect, Reply, Request, Route, phrase, savepoint

_BASES: Final[dict[str, Basis]] = {
    "policy": "policy",
    "delivered": "delivered",
    "ordered": "ordered",
    "percent": "percent",
    "lines": "ordered",
}
_MOST: Final = 500


def invoice_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """What of an order is invoiced."""
    order = reach(session, request, SalesOrder, EDIT_INVOICES)
    lines = [
        (line, left)
        for line in order.lines
        if (left := may_invoice(line, "ordered") - line.invoiced) > 0
    ]
    return Page(
        "sales/invoice_order.html",
        {
            "order": order,
            "title": order_title(order),
            "lines": lines,
            "typed": request.form,
            "error": error,
        },
        status=200 if error is None else error.status,
    )


def invoice_typed(session: Session, request: Request) -> Reply:
    """Write the draft."""
    order = reach(session, request, SalesOrder, EDIT_INVOICES)
    way = request.form.get("basis", "policy")
    try:
        with savepoint(session):
            if way == "advance":
                draft = invoice_advance(
                    session,
                    order,
                    percent=typed_amount(request, "advance_percent"),
                    amount=typed_amount(request, "advance_amount"),
                )
            else:
                draft = invoice_orders(
                    session,
                    [order.id],
                    _BASES.get(way, "policy"),
                    percent=typed_amount(request, "percent"),
                    quantities=amounts_by_key(request, "quantity") if way == "lines" else None,
                )
    except AppError as error:
        return invoice_page(session, request, error)
    return Redirect(f"/sales/invoices/{draft.id}", phrase("A draft was written."))


def several_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """The orders that can be invoiced, by customer, to tick those that go into one invoice."""
    rows = session.execute(
        select(ToInvoice.order_id, ToInvoice.contact_name, ToInvoice.currency, ToInvoice.open_net)
        .order_by(ToInvoice.contact_name, ToInvoice.order_id)
        .limit(_MOST * 20)
    )
    groups: dict[tuple[str, str], dict[int, Any]] = {}
    for row in rows:
        orders = groups.setdefault((row.contact_name, row.currency), {})
        orders[row.order_id] = orders.get(row.order_id, 0) + row.open_net
    wanted = [key for orders in groups.values() for key in orders][:_MOST]
    known = {
        order.id: order
        for order in session.scalars(select(SalesOrder).where(SalesOrder.id.in_(wanted)))
    }
    return Page(
        "sales/invoicing.html",
        {
            "groups": [
                (name, currency, [(known[key], net) for key, net in orders.items() if key in known])
                for (name, currency), orders in groups.items()
            ],
            "chosen": typed_keys(request, "orders"),
            "error": error,
            "may": request.actor.may(EDIT_INVOICES.code),
        },
        status=200 if error is None else error.status,
    )


def invoice_several(session: Session, request: Request) -> Reply:
    """Write one draft for the orders that were ticked."""
    try:
        with savepoint(session):
            draft = invoice_orders(session, typed_keys(request, "orders"))
    except AppError as error:
        return several_page(session, request, error)
    return Redirect(f"/sales/invoices/{draft.id}", phrase("A draft was written."))


_ORDER: Final = "/orders/{id:int}/invoice"
ROUTES: Final = (
    Route("GET", _ORDER, invoice_page, EDIT_INVOICES),
    Route("POST", _ORDER, invoice_typed, EDIT_INVOICES),
    Route("GET", "/invoicing", several_page, VIEW_INVOICES),
    Route("POST", "/invoicing", invoice_several, EDIT_INVOICES),
)
