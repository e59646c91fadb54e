"""Lines of a draft order: completed from the product and the supplier's prices, checked, and
worked out with their taxes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import Product
from addons.purchases.models import Order, OrderLine
from addons.purchases.services.amounts import worked_out
from addons.purchases.services.line_editing import (
    edited_lines,
    require_percent,
    require_price,
    require_quantity,
)
from addons.purchases.services.pricing import Proposal, Wanted, proposals
from addons.purchases.services.product_lines import (
    default_taxes,
    measured,
    products_of,
    require_purchasable,
)
from core.api import InvalidInput, phrase

_FIELDS: Final = (
    "position",
    "kind",
    "product_id",
    "label",
    "supplier_code",
    "quantity",
    "unit_id",
    "price",
    "discount_percent",
    "tax_codes",
    "expected_on",
    "account",
    "over_tolerance",
    "under_tolerance",
    "request_line_id",
    "for_line_id",
)
_TEXTS: Final = ("label", "supplier_code", "tax_codes", "account")
_ZERO: Final = Decimal(0)


def write_lines(session: Session, order: Order, sent: Iterable[Mapping[str, Any]] | None) -> None:
    """Make the order's lines those that were sent (None leaves them), and its sums what they come
    to. Lines whose price was left out get the supplier's."""
    if sent is not None:
        unpriced: list[OrderLine] = []
        given = [dict(values) for values in sent]
        known = [line.product_id for line in order.lines]
        products = products_of(session, given, known)

        def fill(line: OrderLine, values: dict[str, Any], place: str) -> None:
            _fill(session, order, line, values, place, products)
            if values.get("price") is None and (line.price is None or "price" in values):
                unpriced.append(line)

        order.lines = edited_lines(order.lines, given, OrderLine, fill)
        _measure(session, order, products)
        _price(session, order, unpriced)
    taxed = worked_out(session, order.lines, order.date, order.currency)
    order.net, order.tax, order.total = taxed.net, taxed.tax, taxed.total


def _fill(
    session: Session,
    order: Order,
    line: OrderLine,
    values: Mapping[str, Any],
    place: str,
    products: Mapping[int, Product],
) -> None:
    before = line.product_id
    for name in _FIELDS:
        if name in values and (name != "price" or values[name] is not None):
            setattr(line, name, values[name])
    for name in _TEXTS:
        setattr(line, name, getattr(line, name) or "")
    line.discount_percent = require_percent(
        line.discount_percent or _ZERO, f"{place}.discount_percent"
    )
    line.quantity = require_quantity(line.quantity, f"{place}.quantity")
    if line.id is not None and line.for_line_id is not None and before != line.product_id:
        raise InvalidInput.of(
            f"{place}.product_id",
            phrase("The customer ordered {product}.", product=line.label),
            fix=phrase("Amend the customer's order; this one follows."),
        )
    product = None if line.product_id is None else products[line.product_id]
    if product is None and not line.label:
        raise InvalidInput.of(f"{place}.label", phrase("Choose a product, or say what is bought."))
    if product is not None and (line.id is None or before != line.product_id):
        _take_over(session, order, line, product, values, place)
    line.kind = line.kind or "expense"
    if line.kind == "goods" and (product is None or product.kind != "goods"):
        raise InvalidInput.of(f"{place}.kind", phrase("Goods need a product that is goods."))
    for name in ("over_tolerance", "under_tolerance"):
        value = getattr(line, name)
        if value is not None and not 0 <= value <= (100 if name == "under_tolerance" else 10000):
            raise InvalidInput.of(f"{place}.{name}", phrase("A tolerance is a percentage."))


def _take_over(
    session: Session,
    order: Order,
    line: OrderLine,
    product: Product,
    values: Mapping[str, Any],
    place: str,
) -> None:
    """What the product says, where the line says nothing."""
    require_purchasable(product, f"{place}.product_id")
    if not values.get("label"):
        line.label = product.name
    if values.get("unit_id") is None:
        line.unit_id = product.purchase_unit_id or product.unit_id
    if not values.get("kind"):
        line.kind = product.kind
    if not values.get("tax_codes"):
        line.tax_codes = default_taxes(session, product, order.contact_id)


def _measure(session: Session, order: Order, products: Mapping[int, Product]) -> None:
    asked = [(line.product_id, line.quantity, line.unit_id) for line in order.lines]
    for line, found in zip(order.lines, measured(session, asked, products), strict=True):
        line.factor, line.stock_quantity = found.factor, found.stock_quantity


def _price(session: Session, order: Order, unpriced: list[OrderLine]) -> None:
    """Prices, codes and days of the supplier, where nothing else was said."""
    known = [line for line in order.lines if line.product_id is not None]
    told = proposals(
        session,
        order.contact_id,
        [Wanted(line.product_id or 0, line.quantity, line.factor) for line in known],
        order.date,
        order.currency,
        order.agreement_id,
    )
    for line, proposal in zip(known, told, strict=True):
        _accept(order, line, proposal, unpriced)
    for place, line in enumerate(order.lines):
        line.price = require_price(
            _ZERO if line.price is None else line.price, f"lines.{place}.price"
        )


def _accept(order: Order, line: OrderLine, told: Proposal, unpriced: list[OrderLine]) -> None:
    line.agreement_line_id = told.agreement_line_id
    line.supplier_code = line.supplier_code or told.supplier_code
    if line in unpriced:
        line.price = told.price
        line.discount_percent = line.discount_percent or told.discount_percent
    if line.expected_on is None:
        line.expected_on = order.expected_on or order.date + timedelta(days=told.lead_days)
