"""The lines of drafts of invoices, as they are typed or come from orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.sales.models import Invoice, InvoiceLine
from addons.sales.services.amounts import (
    EXACT,
    MOST_QUANTITY,
    ZERO,
    require_percent,
    require_price,
    require_quantity,
    step_of,
    to_step,
)
from addons.sales.services.blank_lines import new_line
from addons.sales.services.invoice_order_lines import lines_of_orders, require_same_order
from addons.sales.services.products_of_lines import Goods, goods_of
from core.api import Conflict, InvalidInput, phrase

_TYPED: Final = ("description", "price", "discount_percent", "discount", "taxes")


def set_invoice_lines(
    session: Session, invoice: Invoice, sent: Iterable[Mapping[str, Any]]
) -> None:
    """Make the draft's lines those that were sent. Raises InvalidInput, naming the line's field;
    Conflict where a line that came from an order, an advance or another invoice is made into
    something else."""
    rows = [dict(values) for values in sent]
    known = {line.id: line for line in invoice.lines}
    wanted = {values["product_id"] for values in rows if values.get("product_id")}
    goods = goods_of(session, invoice.contact_id, wanted)
    ordered = lines_of_orders(session, invoice, rows)
    kept = []
    for place, values in enumerate(rows):
        at = f"lines.{place}"
        key = values.pop("id", None)
        line = ordered.get(place, new_line()) if key is None else known.pop(key, None)
        if line is None:
            raise InvalidInput.of(f"{at}.id", phrase("There is no such line here."))
        require_same_order(line, values)
        line.position = values.get("position") or place + 1
        if line.corrects_line_id is not None:
            _fill_credited(line, values, at)
        elif line.role == "advance" and line.advance_line_id is not None:
            pass  # what is taken off again was paid: it comes from the advance alone
        else:
            was = line.quantity
            _fill(goods, line, values, at)
            _scale_promotion(line, was, step_of(invoice.currency))
        kept.append(line)
    invoice.lines = kept


def _scale_promotion(line: InvoiceLine, was: Decimal, step: Decimal) -> None:
    """What an order's promotion gave on a line goes along with its quantity."""
    if line.promotion_discount and was and line.quantity != was:
        share = EXACT.divide(EXACT.multiply(line.promotion_discount, line.quantity), was)
        line.promotion_discount = to_step(share, step)


def _fill_credited(line: InvoiceLine, values: Mapping[str, Any], at: str) -> None:
    """Of a line that takes another back only the quantity is typed."""
    quantity = values.get("quantity")
    if quantity is None:
        return
    if not quantity.is_finite() or abs(quantity) >= MOST_QUANTITY:
        raise InvalidInput.of(f"{at}.quantity", phrase("This quantity is not possible."))
    if quantity and (quantity < 0) != (line.quantity < 0):
        raise InvalidInput.of(
            f"{at}.quantity", phrase("A credit note takes back what was invoiced, not more.")
        )
    line.quantity = quantity


def _fill(goods: Goods, line: InvoiceLine, values: Mapping[str, Any], at: str) -> None:
    kind = values.get("kind") or line.kind
    if kind in ("section", "note"):
        line.kind, line.quantity, line.price = kind, ZERO, ZERO
        line.discount_percent = line.discount = line.net = line.tax = ZERO
        line.promotion_discount = ZERO
        line.description = values.get("description") or line.description
        if not line.description:
            raise InvalidInput.of(f"{at}.description", phrase("Write what stands there."))
        return
    line.kind = "product"
    _fill_product(goods, line, values, at)
    quantity = values.get("quantity")
    if quantity is None:
        quantity = line.quantity or Decimal(1)
    require_quantity(quantity, f"{at}.quantity")
    line.quantity = quantity
    for name in _TYPED:
        if values.get(name) is not None:
            setattr(line, name, values[name])
    line.taxes = " ".join(line.taxes.split())
    require_price(line.price, f"{at}.price")
    require_percent(line.discount_percent, f"{at}.discount_percent")
    if not line.discount.is_finite() or line.discount < 0:
        raise InvalidInput.of(
            f"{at}.discount", phrase("A discount lies between nothing and the whole amount.")
        )


def _fill_product(goods: Goods, line: InvoiceLine, values: Mapping[str, Any], at: str) -> None:
    product_id = values.get("product_id", line.product_id)
    if line.order_line_id is not None:
        if product_id != line.product_id:
            raise Conflict(
                phrase("{line} comes from an order.", line=line.description),
                fix=phrase("Take the line out, and add another one."),
            )
        return
    if product_id is None:
        if not (values.get("description") or line.description):
            raise InvalidInput.of(f"{at}.product_id", phrase("Choose a product, or describe it."))
        line.product_id, line.unit_id, line.sku, line.unit = None, None, "", ""
        if not (values.get("taxes") or line.taxes) and line.role == "sale":
            line.taxes = goods.taxes("")
        return
    if product_id == line.product_id and "unit_id" not in values:
        return
    product = goods.product(product_id, at)
    changed = product_id != line.product_id
    line.product_id, line.sku = product.id, product.sku
    line.category_id = product.category_id
    if changed:
        line.description = product.name
        line.taxes = goods.taxes(product.tax_group)
        if values.get("price") is None:
            line.price = product.sale_price
    unit_id = values.get("unit_id", line.unit_id)
    line.unit_id, line.unit, line.factor = goods.unit(product, unit_id, at)
    line.cost = goods.costs.get(product.id)
