"""What stands beside documents of sales: ways to the pages that ask something, options to take, and
what is open of a contact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.sales.models import Invoice, OpenDocument, Payment, SalesOrder
from addons.sales.permissions import (
    CONFIRM_ORDERS,
    DELIVER,
    EDIT_INVOICES,
    EDIT_ORDERS,
    POST_INVOICES,
    POST_PAYMENTS,
    VIEW_INVOICES,
    VIEW_ORDERS,
)
from addons.sales.services.direct.supplying import standing
from addons.sales.services.progress import to_deliver
from addons.sales.services.releasing import still_kept
from core.api import Permission, Slot, actor, msg


@dataclass(frozen=True, slots=True)
class _Tool:
    href: str
    title: str
    icon: str
    right: Permission


def _order_tools(order: SalesOrder) -> list[_Tool]:
    at = f"/sales/orders/{order.id}"
    tools: list[_Tool] = []
    if order.is_open and order.delivery_progress != "all":
        tools.append(_Tool(f"{at}/deliver", msg("Deliver in parts"), icon="truck", right=DELIVER))
    if order.is_open and order.invoice_progress != "all":
        tools.append(_Tool(f"{at}/invoice", msg("Invoice…"), icon="receipt", right=EDIT_INVOICES))
    if order.state == "confirmed":
        tools.append(
            _Tool(
                f"{at}/why/held",
                msg("Put on hold"),
                icon="pause-circle",
                right=CONFIRM_ORDERS,
            )
        )
    if order.is_quotation:
        tools.append(
            _Tool(f"{at}/why/lost", msg("Mark as lost"), icon="x-octagon", right=EDIT_ORDERS)
        )
    if order.quote_version > 1:
        tools.append(
            _Tool(f"{at}/versions", msg("Versions"), icon="clock-history", right=VIEW_ORDERS)
        )
    return tools


def _invoice_tools(session: Session, invoice: Invoice) -> list[_Tool]:
    at = f"/sales/invoices/{invoice.id}"
    if invoice.is_draft or invoice.kind != "invoice":
        return []
    credit = _Tool(
        f"{at}/credit", msg("Credit…"), icon="arrow-counterclockwise", right=EDIT_INVOICES
    )
    tools = [] if invoice.basis == "retention" else [credit]
    if invoice.payment_progress != "paid":
        pay = _Tool(f"{at}/pay", msg("Take a payment"), icon="cash-coin", right=POST_PAYMENTS)
        tools.insert(0, pay)
    if invoice.retained and still_kept(session, invoice):
        tools.append(
            _Tool(
                f"{at}/release", msg("Release the retention…"), icon="unlock", right=POST_INVOICES
            )
        )
    return tools


def _payment_tools(payment: Payment) -> list[_Tool]:
    if payment.state != "posted":
        return []
    at = f"/sales/payments/{payment.id}/reverse"
    return [_Tool(at, msg("Reverse"), icon="arrow-counterclockwise", right=POST_PAYMENTS)]


def tools(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The ways that are open to whoever looks at the document."""
    record = given["record"]
    found: list[_Tool] = []
    if isinstance(record, SalesOrder):
        found = _order_tools(record)
    elif isinstance(record, Invoice):
        found = _invoice_tools(session, record)
    elif isinstance(record, Payment):
        found = _payment_tools(record)
    may = actor(session).may
    links = [(one.href, one.title, one.icon) for one in found if may(one.right.code)]
    return {"links": links} if links else None


def beside_order(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Options that can be taken, and returns that can be begun."""
    order: SalesOrder = given["record"]
    may = actor(session).may
    options = [line for line in order.lines if line.kind == "option"]
    returns = any(line.delivered > line.returned for line in order.lines if line.is_goods)
    paid_back = any(line.invoiced > line.credited for line in order.lines)
    context = {
        "order": order,
        "options": options if order.is_quotation and may(EDIT_ORDERS.code) else [],
        "returns": returns and may(DELIVER.code),
        "credits": paid_back and may(DELIVER.code),
    }
    return context if context["options"] or context["returns"] or context["credits"] else None


def beside_contact(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a customer owes, by currency, and the ways to his documents."""
    contact = given["record"]
    rows = session.execute(
        select(OpenDocument.currency, func.sum(OpenDocument.open_amount))
        .where(OpenDocument.contact_id == contact.id)
        .group_by(OpenDocument.currency)
        .order_by(OpenDocument.currency)
    )
    return {"contact": contact, "open": [(row[0], row[1]) for row in rows]}


def from_suppliers(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What suppliers bring of an order, and who waits for whom."""
    order: SalesOrder = given["record"]
    lines = {line.id: line for line in order.lines if line.is_direct}
    if not lines or not order.number:
        return None
    orders = standing(session, order)
    asked = {key for one in orders for key, left in one.open.items() if left}
    missing = [line for line in lines.values() if to_deliver(line) and line.id not in asked]
    may = order.is_open and actor(session).may(CONFIRM_ORDERS.code)
    return {"order": order, "orders": orders, "lines": lines, "missing": missing, "may": may}


SLOTS: Final = (
    Slot("sales.orders.side", "sales/from_suppliers.html", from_suppliers, VIEW_ORDERS, order=20),
    Slot("core.record.tools", "sales/tools.html", tools, VIEW_ORDERS),
    Slot("sales.orders.side", "sales/order_side.html", beside_order, VIEW_ORDERS),
    Slot(
        "contacts.contacts.side",
        "sales/contact_side.html",
        beside_contact,
        VIEW_INVOICES,
        order=40,
    ),
)
