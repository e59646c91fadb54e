"""Lines of invoices for lines of orders: with what was agreed there, and their part of discounts
that were agreed as amounts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.contacts.api import canonical_ids
from addons.sales.models import Invoice, InvoiceLine, OrderLine, SalesOrder
from addons.sales.services.amounts import ZERO, part_of, step_of
from addons.sales.services.blank_lines import new_line
from addons.sales.services.locking import lock_orders
from addons.sales.services.progress import may_invoice
from core.api import Conflict, InvalidInput, fetch_rows, phrase

_DRAFTED: Final = (
    select(InvoiceLine.order_line_id, func.sum(InvoiceLine.quantity))
    .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
    .where(
        InvoiceLine.order_id == func.any(bindparam("orders", type_=ARRAY(BIGINT))),
        InvoiceLine.order_line_id.is_not(None),
        Invoice.state == "draft",
        Invoice.kind == "invoice",
    )
    .group_by(InvoiceLine.order_line_id)
)


def drafted_of(session: Session, order_ids: Collection[int]) -> dict[int, Decimal]:
    """What drafts ask for already, by order line: it is not put into another one."""
    rows = fetch_rows(session, _DRAFTED, {"orders": list(order_ids)})
    return {line_id: quantity for line_id, quantity in rows if line_id is not None}


def of_order_line(
    order: SalesOrder, line: OrderLine, quantity: Decimal, drafted: Decimal
) -> InvoiceLine:
    """A line for so much of an order's line, of which `drafted` is in other drafts."""
    before = line.invoiced + drafted
    whole = line.discount + line.shared_discount
    step = step_of(order.currency)
    return new_line(
        product_id=line.product_id,
        sku=line.sku,
        description=line.description,
        quantity=quantity,
        unit_id=line.unit_id,
        unit=line.unit,
        factor=line.factor,
        price=line.price,
        price_why=line.price_why,
        discount_percent=line.discount_percent,
        discount=part_of(whole, line.quantity, before, quantity, step),
        discount_why=line.discount_why,
        promotion_discount=part_of(line.promotion_discount, line.quantity, before, quantity, step),
        taxes=line.taxes,
        cost=line.cost,
        order_id=order.id,
        order_line_id=line.id,
    )


def lines_of_orders(
    session: Session, invoice: Invoice, rows: Sequence[Mapping[str, Any]]
) -> dict[int, InvoiceLine]:
    """New lines for those of the rows that name an order and a product of it, by their place. Of
    several lines of one product each is asked for once, in their order.

    Raises InvalidInput, naming the row's field, for an order of somebody else, in another currency
    or that does not bind, and for a product that it does not have.
    """
    asked = {
        place: values
        for place, values in enumerate(rows)
        if values.get("id") is None and values.get("order_id") is not None
    }
    if not asked:
        return {}
    orders = lock_orders(session, {values["order_id"] for values in asked.values()})
    drafted = drafted_of(session, list(orders))
    taken: set[int] = set()
    found: dict[int, InvoiceLine] = {}
    for place, values in asked.items():
        order = orders.get(values["order_id"])
        _require_fitting(session, invoice, order, f"lines.{place}.order_id")
        assert order is not None
        of_product = (line for line in order.lines if line.product_id == values.get("product_id"))
        line = next((one for one in of_product if one.is_sold and one.id not in taken), None)
        if line is None or values.get("product_id") is None:
            raise InvalidInput.of(
                f"lines.{place}.product_id",
                phrase("The order has no such product, or not as often."),
            )
        taken.add(line.id)
        in_drafts = drafted.get(line.id, ZERO)
        left = max(may_invoice(line, order.invoice_policy) - line.invoiced - in_drafts, ZERO)
        quantity = values.get("quantity") or left
        found[place] = of_order_line(order, line, quantity, in_drafts)
    return found


def require_same_order(line: InvoiceLine, values: Mapping[str, Any]) -> None:
    """Raise Conflict where a line that is there is to be another order's."""
    if "order_id" in values and values["order_id"] != line.order_id:
        raise Conflict(
            phrase("{line} is not of that order.", line=line.description),
            fix=phrase("Take the line out, and add another one."),
        )


def _require_fitting(
    session: Session, invoice: Invoice, order: SalesOrder | None, field: str
) -> None:
    whose = {invoice.contact_id} | ({order.contact_id} if order is not None else set())
    if order is None or len(set(canonical_ids(session, whose).values())) > 1:
        raise InvalidInput.of(field, phrase("This order is another customer's."))
    number = order.number or ""
    if order.currency != invoice.currency:
        raise InvalidInput.of(
            field,
            phrase("{number} is in {currency}.", number=number, currency=order.currency),
        )
    if order.state == "held" or not order.is_open:
        raise InvalidInput.of(
            field,
            phrase("{number} is not confirmed, or rests.", number=number),
            fix=phrase("Confirm it, or let it go on, first."),
        )
