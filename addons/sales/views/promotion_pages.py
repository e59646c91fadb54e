"""Why a document costs what it costs; coupons and gifts put on an order; what stands beside
promotions, batches of coupons and orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.sales.models import CouponBatch, Invoice, SalesOrder
from addons.sales.permissions import EDIT_ORDERS, EDIT_PROMOTIONS, VIEW_INVOICES, VIEW_ORDERS
from addons.sales.services.amending import change_order
from addons.sales.services.coupons.batches import uses_of
from addons.sales.services.coupons.codes import typed_codes
from addons.sales.services.coupons.using import drop_coupon, use_coupon
from addons.sales.services.promotions.telling import tell
from addons.sales.services.titles import invoice_title, order_title
from addons.sales.views.order_lines import PRICE_REASONS
from addons.sales.views.promotion_trial import ROUTES as TRIAL
from addons.sales.views.reaching import reach
from addons.sales.views.typed import typed_key
from core.api import (
    AppError,
    InvalidInput,
    Page,
    Redirect,
    Reply,
    Request,
    Route,
    Slot,
    actor,
    phrase,
    savepoint,
)


def order_prices(session: Session, request: Request, error: AppError | None = None) -> Page:
    """Why an order costs what it costs."""
    order = reach(session, request, SalesOrder, VIEW_ORDERS)
    return _prices(session, order, order_title(order), "orders", error)


def invoice_prices(session: Session, request: Request) -> Page:
    """Why an invoice that was written by hand costs what it costs."""
    invoice = reach(session, request, Invoice, VIEW_INVOICES)
    return _prices(session, invoice, invoice_title(invoice), "invoices", None)


def _prices(
    session: Session,
    document: SalesOrder | Invoice,
    title: str,
    place: str,
    error: AppError | None,
) -> Page:
    may_write = isinstance(document, SalesOrder) and actor(session).may(EDIT_ORDERS.code)
    return Page(
        "sales/prices_why.html",
        {
            "document": document,
            "title": title,
            "place": place,
            "told": tell(session, document),
            "reasons": dict(PRICE_REASONS),
            "codes": typed_codes(document.coupon_codes),
            "may_write": may_write and document.state in ("draft", "sent"),
            "error": error,
        },
        status=200 if error is None else error.status,
    )


def coupon_typed(session: Session, request: Request) -> Reply:
    """Put a coupon on an order, or take it off; what is wrong with it is said on the page."""
    order = reach(session, request, SalesOrder, EDIT_ORDERS)
    code = request.form.get("code", "")
    drops = request.form.get("drop") == "1"
    try:
        with savepoint(session):
            order = (drop_coupon if drops else use_coupon)(session, order, code)
    except AppError as error:
        return order_prices(session, request, error)
    told = tell(session, order)
    said = phrase("The coupon is on the order.")
    if drops:
        said = phrase("The coupon was taken off.")
    elif not any(judged.coupon for judged in told.applied):
        said = phrase("The coupon is good, but gives nothing on this order yet.")
    return Redirect(f"/sales/orders/{order.id}/prices", said)


def gift_added(session: Session, request: Request) -> Redirect:
    """Put a gift on an order that a promotion offers."""
    order = reach(session, request, SalesOrder, EDIT_ORDERS)
    product_id = typed_key(request, "product")
    offer = next((one for one in tell(session, order).offers if one.product.id == product_id), None)
    if offer is None:
        raise InvalidInput.of("product", phrase("This is no longer offered."))
    lines: list[dict[str, Any]] = [{"id": line.id} for line in order.lines]
    lines.append(
        {
            "product_id": offer.product.id,
            "quantity": offer.quantity,
            "unit_id": offer.product.unit_id,
        }
    )
    change_order(session, order, {"lines": lines})
    return Redirect(f"/sales/orders/{order.id}/prices", phrase("The gift is on the order."))


def beside_order(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What promotions gave on an order, what they offer, and its coupons."""
    order: SalesOrder = given["record"]
    told = tell(session, order)
    may_write = order.state in ("draft", "sent") and actor(session).may(EDIT_ORDERS.code)
    if not (told.judgements or may_write):
        return None
    return {"order": order, "told": told, "may_write": may_write}


def beside_invoice(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What promotions gave on an invoice that was written by hand."""
    invoice: Invoice = given["record"]
    told = tell(session, invoice) if invoice.basis == "manual" else None
    return {"invoice": invoice, "told": told} if told and told.judgements else None


def beside_batch(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """How many coupons of a batch were used, and the way to its codes."""
    batch: CouponBatch = given["record"]
    return {"batch": batch, "uses": uses_of(session, batch)}


_ORDER: Final = "/orders/{id:int}/prices"
ROUTES: Final = (
    Route("GET", _ORDER, order_prices, VIEW_ORDERS),
    Route("POST", f"{_ORDER}/coupon", coupon_typed, EDIT_ORDERS),
    Route("POST", f"{_ORDER}/gift", gift_added, EDIT_ORDERS),
    Route("GET", "/invoices/{id:int}/prices", invoice_prices, VIEW_INVOICES),
    *TRIAL,
)
SLOTS: Final = (
    Slot("sales.orders.side", "sales/order_promotions.html", beside_order, VIEW_ORDERS, 30),
    Slot("sales.invoices.side", "sales/invoice_promotions.html", beside_invoice, VIEW_INVOICES),
    Slot(
        "sales.promotions.side",
        "sales/promotion_side.html",
        lambda session, given: {"promotion": given["record"]},
        VIEW_ORDERS,
    ),
    Slot("sales.coupon-batches.side", "sales/batch_side.html", beside_batch, EDIT_PROMOTIONS),
)
