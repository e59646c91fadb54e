"""Lines of a draft bill: completed from the order's line or the product, checked, worked out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import Product
from addons.purchases.models import Bill, BillLine, Order, OrderLine
from addons.purchases.services.amounts import worked_out
from addons.purchases.services.bills.proposing import order_line_values
from addons.purchases.services.line_editing import (
    MOST,
    edited_lines,
    require_percent,
    require_price,
    require_quantity,
)
from addons.purchases.services.product_lines import default_taxes, measured, products_of
from addons.purchases.services.suppliers import same_supplier
from core.api import InvalidInput, phrase

_FIELDS: Final = (
    "position",
    "role",
    "product_id",
    "order_id",
    "order_line_id",
    "label",
    "quantity",
    "unit_id",
    "price_only",
    "price",
    "discount_percent",
    "tax_codes",
)
_MAY_BE_NONE: Final = ("product_id", "order_id", "order_line_id", "unit_id")
_ZERO: Final = Decimal(0)
_SIGNED: Final = ("advance", "rounding")


def write_lines(session: Session, bill: Bill, sent: Iterable[Mapping[str, Any]] | None) -> None:
    """Make the bill's lines those that were sent (None leaves them), and its sums what they come
    to."""
    if sent is not None:
        given = [dict(values) for values in sent]
        ordered = _ordered(session, bill, given)
        for values in given:
            _take_over(values, ordered)
        products = products_of(session, given, [line.product_id for line in bill.lines])

        def fill(line: BillLine, values: dict[str, Any], place: str) -> None:
            _fill(session, bill, line, values, place, products, ordered)

        bill.lines = edited_lines(bill.lines, given, BillLine, fill)
        _measure(session, bill, products, ordered)
    work_out_bill(session, bill)


def work_out_bill(session: Session, bill: Bill) -> Any:
    """The bill's sums, written into it; returns the taxed document."""
    taxed = worked_out(session, bill.lines, bill.date, bill.currency)
    bill.net, bill.tax, bill.total = taxed.net, taxed.tax, taxed.total
    bill.withheld = taxed.withheld
    return taxed


def _ordered(
    session: Session, bill: Bill, given: Iterable[Mapping[str, Any]]
) -> dict[int, OrderLine]:
    """The order lines that are billed, in one statement, all of binding orders of the supplier."""
    known = {line.order_line_id for line in bill.lines}
    wanted = known | {values.get("order_line_id") for values in given}
    ids = {one for one in wanted if one is not None}
    if not ids:
        return {}
    rows = session.scalars(
        select(OrderLine).join(Order, Order.id == OrderLine.order_id).where(OrderLine.id.in_(ids))
    ).all()
    for line in rows:
        order = line.order
        if order.state not in ("approved", "done") or not same_supplier(
            session, (order.contact_id, bill.contact_id)
        ):
            raise InvalidInput.of(
                "lines", phrase("{product} is of no binding order of this supplier.",
                                product=line.label)
            )  # fmt: skip
    if len(rows) < len(ids):
        raise InvalidInput.of("lines", phrase("There is no such line of an order."))
    return {line.id: line for line in rows}


def _take_over(values: dict[str, Any], ordered: Mapping[int, OrderLine]) -> None:
    """What the order's line says, where the bill's says nothing."""
    line = ordered.get(values.get("order_line_id") or 0)
    if line is None or values.get("id") is not None:
        return
    left = max(line.stock_kept - line.stock_billed, _ZERO) or line.stock_open
    for name, value in order_line_values(line, left).items():
        if values.get(name) in (None, ""):
            values[name] = value
    values["role"] = "goods" if line.kind == "goods" else "expense"
    values["product_id"] = line.product_id


def _fill(
    session: Session,
    bill: Bill,
    line: BillLine,
    values: Mapping[str, Any],
    place: str,
    products: Mapping[int, Product],
    ordered: Mapping[int, OrderLine],
) -> None:
    for name in _FIELDS:
        if name in values and (values[name] is not None or name in _MAY_BE_NONE):
            setattr(line, name, values[name])
    source = ordered.get(line.order_line_id or 0)
    line.order_line = source
    if source is not None:
        line.order_id = source.order_id
    product = None if line.product_id is None else products[line.product_id]
    line.role = _role(line, product)
    line.label = line.label or (product.name if product else "")
    if not line.label:
        raise InvalidInput.of(f"{place}.label", phrase("Say what is billed."))
    if line.role == "advance" and line.order_id is None:
        line.order_id = bill.order_id
    if line.role == "landed_cost" and line.order_id is None:
        raise InvalidInput.of(
            f"{place}.order_id",
            phrase("Say which order's goods bear this cost."),
            fix=phrase("Or call it an expense."),
        )
    if product is not None and line.id is None and not line.tax_codes and source is None:
        line.tax_codes = default_taxes(session, product, bill.contact_id)
    line.tax_codes = line.tax_codes or ""
    line.price_only = bool(line.price_only)
    _require_sound(line, place)


def _role(line: BillLine, product: Product | None) -> str:
    if line.role in ("landed_cost", "advance", "rounding", "expense"):
        return line.role
    return "goods" if product is not None and product.kind == "goods" else "expense"


def _require_sound(line: BillLine, place: str) -> None:
    quantity = Decimal(1) if line.quantity is None else line.quantity
    price = _ZERO if line.price is None else line.price
    if line.role in _SIGNED:
        if not quantity or abs(quantity) >= MOST or abs(price) >= MOST:
            raise InvalidInput.of(f"{place}.quantity", phrase("This cannot be a quantity."))
        line.quantity, line.price = quantity, price
    else:
        line.quantity = require_quantity(quantity, f"{place}.quantity")
        line.price = require_price(price, f"{place}.price")
    line.discount_percent = require_percent(
        line.discount_percent or _ZERO, f"{place}.discount_percent"
    )


def _measure(
    session: Session,
    bill: Bill,
    products: Mapping[int, Product],
    ordered: Mapping[int, OrderLine],
) -> None:
    """Stock units of each line. What bills all that is left of an order's line is exactly that."""
    asked = [
        (None if line.role in _SIGNED else line.product_id, line.quantity, line.unit_id)
        for line in bill.lines
    ]
    for line, found in zip(bill.lines, measured(session, asked, products), strict=True):
        source = ordered.get(line.order_line_id or 0)
        counts = line.role in ("goods", "expense") and not line.price_only
        line.factor = found.factor
        line.stock_quantity = found.stock_quantity if counts else _ZERO
        if source is not None and counts and line.unit_id == source.unit_id:
            left = source.stock_kept - source.stock_billed
            exact = (left / source.factor).quantize(Decimal("0.000001"))
            line.stock_quantity = left if exact == line.quantity else line.stock_quantity
