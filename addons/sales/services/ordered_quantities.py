"""Keeps invoices and their orders in step: never more than may be invoiced, and what was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import Invoice, InvoiceLine, OrderLine, SalesOrder
from addons.sales.services.advances import used_advances
from addons.sales.services.amounts import ZERO
from addons.sales.services.progress import may_invoice, refresh, set_delivered
from core.api import Conflict, InvalidInput, phrase


def require_invoiceable(
    session: Session, invoice: Invoice, orders: Mapping[int, SalesOrder]
) -> None:
    """Raise InvalidInput, naming the line, for more than may be invoiced of its order, and Conflict
    for an order that rests or was called off. Needs the orders' locks."""
    if invoice.kind == "credit_note":
        return
    for order in orders.values():
        if not order.is_open:
            raise Conflict(
                phrase("{number} is not confirmed, or rests.", number=order.number or ""),
                fix=phrase("Confirm it, or let it go on, first."),
            )
    by_id = _lines_of(orders.values())
    for place, line in enumerate(invoice.lines):
        if line.order_line_id is None:
            continue
        ordered = by_id.get(line.order_line_id)
        if ordered is None:
            raise Conflict(
                phrase("{line} is no longer ordered.", line=line.description),
                fix=phrase("Take the line out of the invoice."),
            )
        _require_left(invoice, ordered, line, f"lines.{place}.quantity")
    _require_advances(session, invoice)


def _require_left(invoice: Invoice, ordered: OrderLine, line: InvoiceLine, field: str) -> None:
    ahead = invoice.basis in ("ordered", "percent")
    way = "ordered" if ahead else ordered.order.invoice_policy
    left = may_invoice(ordered, way) - ordered.invoiced
    whole = sum((one.quantity for one in invoice.lines if one.order_line_id == ordered.id), ZERO)
    if whole > left:
        raise InvalidInput.of(
            field,
            phrase(
                "{left} of {line} are left to be invoiced, not {quantity}.",
                left=f"{max(left, ZERO).normalize():f}",
                line=line.description,
                quantity=f"{whole.normalize():f}",
            ),
            fix=phrase("Deliver first, or invoice what was ordered."),
        )


def _require_advances(session: Session, invoice: Invoice) -> None:
    """What this draft takes off of advances is still there: no other invoice took it meanwhile."""
    taken = [line for line in invoice.lines if line.advance_line_id is not None]
    if not taken:
        return
    advances = {
        one.id: one
        for one in session.scalars(
            select(InvoiceLine).where(InvoiceLine.id.in_({line.advance_line_id for line in taken}))
        )
    }
    used = used_advances(session, list(advances))
    for line in taken:
        advance = advances[line.advance_line_id or 0]
        if used.get(advance.id, ZERO) > advance.price * advance.quantity:
            raise Conflict(
                phrase("{line} was taken off already.", line=line.description),
                fix=phrase("Delete this draft, and write the invoice again."),
            )


def note_invoiced(invoice: Invoice, orders: Mapping[int, SalesOrder]) -> None:
    """Write into the orders what is invoiced of them now."""
    by_id = _lines_of(orders.values())
    sign = 1 if invoice.kind == "invoice" else -1
    for line in invoice.lines:
        order = orders.get(line.order_id or 0)
        if order is None:
            continue
        order.invoiced_total += sign * (line.net + line.tax)
        ordered = by_id.get(line.order_line_id or 0)
        if ordered is None or line.role != "sale":
            continue
        if invoice.basis == "allowance":
            ordered.credited += line.quantity
            continue
        ordered.invoiced += sign * line.quantity
        if not ordered.is_goods:
            # A service has no delivery of its own: it was rendered when it is invoiced.
            set_delivered(ordered, sign * line.quantity * ordered.factor)
    for order in orders.values():
        refresh(order)


def _lines_of(orders: Iterable[SalesOrder]) -> dict[int, OrderLine]:
    return {line.id: line for order in orders for line in order.lines}
