"""Drafts of invoices for orders: what was delivered, what was ordered, a percentage or chosen
quantities; several orders of one customer in one invoice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal

from sqlalchemy.orm import Session

from addons.sales.models import Invoice, InvoiceLine, OrderLine, SalesOrder
from addons.sales.services.advances import take_off_advances
from addons.sales.services.amounts import (
    EXACT,
    HUNDRED,
    QUANTITY_STEP,
    ZERO,
    require_percent,
    require_quantity,
)
from addons.sales.services.blank_lines import new_line
from addons.sales.services.holding import hold
from addons.sales.services.invoice_order_lines import drafted_of, of_order_line
from addons.sales.services.invoices import blank_invoice, work_out_invoice
from addons.sales.services.locking import lock_orders
from addons.sales.services.progress import may_invoice
from core.api import Conflict, InvalidInput, add_new, phrase

Basis = Literal["delivered", "ordered", "percent", "policy"]
"""What quantities are taken from: "policy" is what the order itself says."""
_SAME: Final = ("contact_id", "currency")


def invoice_orders(
    session: Session,
    order_ids: Collection[int],
    basis: Basis = "policy",
    *,
    percent: Decimal | None = None,
    quantities: Mapping[int, Decimal] | None = None,
) -> Invoice:
    """A draft for these orders of one customer in one currency. `percent` of what was ordered goes
    with the basis "percent"; `quantities` by line, in its unit, take the place of everything that
    is left.

    Raises Conflict where nothing is left to be invoiced, the orders do not go together, or one is
    not confirmed; InvalidInput for a percentage or a quantity that is not possible.
    """
    orders = list(lock_orders(session, order_ids).values())
    _require_together(orders, order_ids)
    if basis == "percent":
        require_percent(percent if percent is not None else ZERO, "percent")
    drafted = drafted_of(session, [order.id for order in orders])
    first = orders[0]
    stored = "ordered" if basis == "ordered" else "percent" if basis == "percent" else "delivered"
    if basis == "policy" and all(order.invoice_policy == "ordered" for order in orders):
        stored = "ordered"
    invoice = blank_invoice(session, basis=stored)
    for name in ("contact_id", "contact_name", "currency", "rate"):
        setattr(invoice, name, getattr(first, name))
    invoice.rate = None  # the rate is that of the day of the invoice
    for name in ("salesperson_id", "team_id", "branch_id", "reference"):
        values = {getattr(order, name) for order in orders}
        if len(values) == 1:
            setattr(invoice, name, values.pop())
    invoice.terms = first.terms or invoice.terms
    invoice.lines = []
    for order in orders:
        _add_order(invoice, order, basis, percent, quantities, drafted, many=len(orders) > 1)
    if not any(line.order_line_id for line in invoice.lines):
        raise Conflict(
            phrase(
                "Nothing of {numbers} is left to be invoiced.",
                numbers=", ".join(order.number or "" for order in orders),
            ),
            fix=phrase("Deliver first, or invoice what was ordered."),
        )
    take_off_advances(session, invoice, orders)
    _number_positions(invoice.lines)
    work_out_invoice(session, invoice)
    add_new(session, invoice)
    hold(session, [invoice])
    return invoice


def _require_together(orders: Sequence[SalesOrder], asked: Collection[int]) -> None:
    if not orders or len(orders) < len(set(asked)):
        raise InvalidInput.of("orders", phrase("There is no such order."))
    for order in orders:
        if order.state == "held" or not order.is_open:
            raise Conflict(
                phrase("{number} is not confirmed, or rests.", number=order.number or ""),
                fix=phrase("Confirm it, or let it go on, first."),
            )
        if any(getattr(order, name) != getattr(orders[0], name) for name in _SAME):
            raise Conflict(
                phrase("The orders are of several customers or in several currencies."),
                fix=phrase("Write an invoice for each."),
            )


def _add_order(
    invoice: Invoice,
    order: SalesOrder,
    basis: Basis,
    percent: Decimal | None,
    quantities: Mapping[int, Decimal] | None,
    drafted: Mapping[int, Decimal],
    *,
    many: bool,
) -> None:
    added: list[InvoiceLine] = []
    for line in order.lines:
        if line.kind in ("section", "note"):
            added.append(new_line(kind=line.kind, description=line.description))
            continue
        quantity = _quantity(line, order, basis, percent, quantities, drafted)
        if quantity:
            added.append(of_order_line(order, line, quantity, drafted.get(line.id, ZERO)))
    if not any(line.order_line_id for line in added):
        return
    if many:
        heading = phrase("Order {number}", number=order.number or "")
        invoice.lines.append(new_line(kind="section", description=heading))
    invoice.lines.extend(added)


def _quantity(
    line: OrderLine,
    order: SalesOrder,
    basis: Basis,
    percent: Decimal | None,
    quantities: Mapping[int, Decimal] | None,
    drafted: Mapping[int, Decimal],
) -> Decimal:
    if not line.is_sold:
        return ZERO
    way = order.invoice_policy if basis == "policy" else basis
    most = may_invoice(line, "delivered" if way == "delivered" else "ordered")
    left = max(most - line.invoiced - drafted.get(line.id, ZERO), ZERO)
    if quantities is not None:
        wanted = quantities.get(line.id, ZERO)
        require_quantity(wanted, f"quantity.{line.id}")
        if wanted > left:
            raise InvalidInput.of(
                f"quantity.{line.id}",
                phrase(
                    "{left} of {line} are left to be invoiced.",
                    left=f"{left.normalize():f}",
                    line=line.description,
                ),
            )
        return wanted
    if basis == "percent" and percent is not None:
        part = EXACT.divide(EXACT.multiply(line.quantity, percent), HUNDRED)
        return min(part.quantize(QUANTITY_STEP, context=EXACT), left)
    return left


def _number_positions(lines: Sequence[InvoiceLine]) -> None:
    for place, line in enumerate(lines, start=1):
        line.position = place
