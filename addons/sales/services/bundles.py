"""Bundles in orders: a line of a bundle becomes a line for each of its parts, so that each is
delivered, invoiced and returned by itself. Together they cost exactly what the bundle does."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import Part, parts_of, share_price
from addons.sales.models import OrderLine, SalesOrder
from addons.sales.services.amounts import EXACT, ZERO, step_of, to_step
from addons.sales.services.pricing import after_percent
from addons.sales.services.products_of_lines import Goods, goods_of


def take_apart(
    session: Session,
    order: SalesOrder,
    lines: Sequence[OrderLine],
    taken: OrderLine | None = None,
) -> list[OrderLine]:
    """The lines with new bundles, and an option that was just taken, replaced by their parts.
    Options stay whole until then."""
    new = [line for line in lines if line.is_sold and (line.id is None or line is taken)]
    parts = parts_of(session, {line.product_id for line in new if line.product_id is not None})
    if not parts:
        return list(lines)
    inside = goods_of(
        session, order.contact_id, {part.product_id for one in parts.values() for part in one}
    )
    found: list[OrderLine] = []
    for line in lines:
        own = parts.get(line.product_id or 0) if line in new else None
        found += [line] if not own else _parts_as_lines(inside, order, line, own)
    for place, line in enumerate(found, start=1):
        line.position = place
    return found


def _parts_as_lines(
    goods: Goods, order: SalesOrder, line: OrderLine, parts: Sequence[Part]
) -> list[OrderLine]:
    step = step_of(order.currency)
    amount = to_step(after_percent(line) - line.discount, step)
    shares = share_price(parts, amount, order.currency)
    bundles = EXACT.multiply(line.quantity, line.factor)
    return [
        _part_line(goods, line, part, EXACT.multiply(part.quantity, bundles), share, step)
        for part, share in zip(parts, shares, strict=True)
    ]


def _part_line(
    goods: Goods, line: OrderLine, part: Part, quantity: Decimal, amount: Decimal, step: Decimal
) -> OrderLine:
    """A part: its price is rounded up, and what that is too much is taken off again."""
    product = goods.product(part.product_id, "lines")
    each = EXACT.divide(amount, quantity) if quantity else ZERO
    price = EXACT.divide(each, step).to_integral_value(ROUND_CEILING) * step
    return OrderLine(
        kind="product",
        product_id=product.id,
        sku=product.sku,
        is_goods=product.kind == "goods",
        description=product.name,
        quantity=quantity.normalize() + ZERO,
        unit_id=product.unit_id,
        unit=product.unit,
        factor=Decimal(1),
        stock_digits=product.unit_digits,
        price=price,
        price_why=line.description,
        discount_percent=ZERO,
        discount=EXACT.subtract(EXACT.multiply(price, quantity), amount),
        discount_why=line.discount_why or line.description,
        promotion_discount=ZERO,
        shared_discount=ZERO,
        taxes=goods.taxes(product.tax_group),
        supply="",
        net=ZERO,
        tax=ZERO,
        cost=goods.costs.get(product.id),
        delivered_stock=ZERO,
        delivered=ZERO,
        returned_stock=ZERO,
        returned=ZERO,
        replaced_stock=ZERO,
        invoiced=ZERO,
        credited=ZERO,
    )
