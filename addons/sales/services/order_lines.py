"""The lines of quotations and orders: what was typed, completed from catalog and price lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import Product
from addons.sales.models import OrderLine, SalesOrder
from addons.sales.services.amounts import ZERO, require_quantity, stock_of
from addons.sales.services.bundles import take_apart
from addons.sales.services.direct.supplying import choose_supply
from addons.sales.services.pricing import Sent, set_prices
from addons.sales.services.products_of_lines import Goods, goods_of
from core.api import InvalidInput, phrase

_WORDS: Final = ("section", "note")


def set_lines(session: Session, order: SalesOrder, sent: Iterable[Mapping[str, Any]]) -> None:
    """Make the order's lines those that were sent: known ones changed, new ones added, the others
    gone; a bundle becomes its parts. Raises InvalidInput, naming the line's field, for what cannot
    be sold so, and Forbidden for a price or discount that whoever acts may not give."""
    rows = [dict(values) for values in sent]
    known = {line.id: line for line in order.lines}
    wanted = {values["product_id"] for values in rows if values.get("product_id")}
    wanted |= {line.product_id for line in order.lines if line.product_id is not None}
    goods = goods_of(session, order.contact_id, wanted)
    kept: list[OrderLine] = []
    priced: list[Sent] = []
    for place, values in enumerate(rows):
        at = f"lines.{place}"
        key = values.pop("id", None)
        line = _new_line() if key is None else known.pop(key, None)
        if line is None:
            raise InvalidInput.of(f"{at}.id", phrase("There is no such line here."))
        line.position = values.get("position") or place + 1
        line.kind = values.get("kind") or line.kind
        kept.append(line)
        if line.kind in _WORDS:
            _fill_words(line, values, at)
        else:
            priced.append(_fill(goods, line, values, at))
    set_prices(session, order, priced)
    order.lines = take_apart(session, order, kept)
    choose_supply(session, order.lines)


def _new_line() -> OrderLine:
    return OrderLine(
        kind="product",
        factor=Decimal(1),
        stock_digits=6,
        description="",
        sku="",
        supply="",
        unit="",
        taxes="",
        price_why="",
        discount_why="",
        promotion_discount=ZERO,
        is_goods=False,
        shared_discount=ZERO,
        net=ZERO,
        tax=ZERO,
        delivered_stock=ZERO,
        delivered=ZERO,
        returned_stock=ZERO,
        returned=ZERO,
        replaced_stock=ZERO,
        invoiced=ZERO,
        credited=ZERO,
    )


def _fill(goods: Goods, line: OrderLine, values: Mapping[str, Any], at: str) -> Sent:
    """Everything but the price."""
    was = (line.product_id, line.quantity, line.unit_id)
    product_id = values.get("product_id", line.product_id)
    product = None if product_id is None else goods.product(product_id, at)
    if product is None and not (values.get("description") or line.description):
        raise InvalidInput.of(f"{at}.product_id", phrase("Choose a product, or describe it."))
    if product is not None and line.product_id != product_id and not product.sellable:
        raise InvalidInput.of(
            f"{at}.product_id", phrase("{product} is not sold.", product=product.name)
        )
    quantity = values.get("quantity")
    if quantity is None:
        quantity = Decimal(1) if line.quantity is None else line.quantity
    require_quantity(quantity, f"{at}.quantity")
    if not quantity and not line.delivered_stock and not line.invoiced:
        raise InvalidInput.of(f"{at}.quantity", phrase("The quantity must be more than nothing."))
    line.quantity = quantity
    _fill_product(goods, line, product, values, at)
    group = product.tax_group if product is not None else ""
    line.taxes = " ".join((values.get("taxes", line.taxes) or "").split()) or goods.taxes(group)
    return Sent(line, values, at, was == (line.product_id, line.quantity, line.unit_id))


def _fill_words(line: OrderLine, values: Mapping[str, Any], at: str) -> None:
    text = values.get("description", line.description)
    if not (text or "").strip():
        raise InvalidInput.of(f"{at}.description", phrase("Write what stands there."))
    line.description, line.product_id, line.unit_id = text, None, None
    line.sku = line.unit = line.taxes = line.price_why = line.discount_why = ""
    line.is_goods, line.factor, line.cost = False, Decimal(1), None
    line.quantity = line.price = line.discount_percent = line.discount = ZERO
    line.net = line.tax = line.shared_discount = line.promotion_discount = ZERO


def _fill_product(
    goods: Goods, line: OrderLine, product: Product | None, values: Mapping[str, Any], at: str
) -> None:
    if product is None:
        line.product_id, line.unit_id, line.sku, line.unit = None, None, "", ""
        line.is_goods, line.factor, line.cost = False, Decimal(1), None
        line.description = values.get("description") or line.description
        return
    changed = line.product_id != product.id
    line.product_id, line.sku = product.id, product.sku
    line.is_goods = product.kind == "goods"
    if values.get("description"):
        line.description = values["description"]
    elif changed or not line.description:
        line.description = product.name
    unit_id = values.get("unit_id", None if changed else line.unit_id)
    if unit_id is None and changed:
        unit_id = product.sale_unit_id
    if values.get("supply") or changed:
        line.supply = values.get("supply") or ""
    line.unit_id, line.unit, line.factor = goods.unit(product, unit_id, at)
    line.stock_digits = product.unit_digits
    stock_of(line.quantity, line.factor, line.stock_digits, f"{at}.quantity")
    line.cost = goods.costs.get(product.id)
