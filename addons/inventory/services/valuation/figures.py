"""Stock in reports and on the start page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency, get_products
from addons.inventory.services.costs.money import ZERO, per_unit
from addons.inventory.services.valuation.as_of import (
    stock_value,
    stock_values_by_category,
    valuation_as_of,
)
from core.api import Amount, Period, Point, ReportTable, today

_MOVED: Final = text("""
SELECT product_id, coalesce(sum(quantity) FILTER (WHERE quantity > 0), 0) AS came,
       coalesce(-sum(quantity) FILTER (WHERE quantity < 0), 0) AS went, sum(amount) AS value
  FROM inventory.value_line
 WHERE role = 'stock' AND day BETWEEN :start AND :end
 GROUP BY product_id
""")
_VALUE_BY_MONTH: Final = text("""
SELECT month, sum(sum(value)) OVER (ORDER BY month) AS value
  FROM inventory.month_value GROUP BY month ORDER BY month
""")
_WAITING: Final = text("SELECT count(*) FROM inventory.landed_cost WHERE state = 'draft'")
_NEGATIVE: Final = text(
    "SELECT count(DISTINCT product_id) FROM inventory.on_hand WHERE quantity < 0"
)
MONTHS: Final = 12


def valuation_report(session: Session, period: Period) -> ReportTable:
    """Quantity, cost of a piece and value of each product at the end of the period's last day."""
    day = period.end or today(session)
    found = valuation_as_of(session, day)
    products = get_products(session, [one.product_id for one in found])
    rows = []
    for one in found:
        product = products[one.product_id]
        cost = per_unit(one.value, one.quantity) if one.quantity else None
        rows.append(
            (
                product.sku,
                product.name,
                product.category_name,
                product.unit,
                one.quantity,
                cost,
                one.value,
            )
        )
    total = sum((one.value for one in found), ZERO)
    columns = ("SKU", "Product", "Category", "Unit", "Quantity", "Unit cost", "Value")
    return ReportTable(columns, tuple(sorted(rows)), {"Value": {company_currency(session): total}})


def movement_report(session: Session, period: Period) -> ReportTable:
    """What of each product there was before, came, went and was there after, by valued moves."""
    end = period.end or today(session)
    start = period.start or date(1, 1, 2)
    before = {one.product_id: one for one in valuation_as_of(session, start - timedelta(days=1))}
    after = {one.product_id: one for one in valuation_as_of(session, end)}
    moved = {row.product_id: row for row in session.execute(_MOVED, {"start": start, "end": end})}
    products = get_products(session, before.keys() | after.keys() | moved.keys())
    rows = []
    for product in products.values():
        first, last, row = before.get(product.id), after.get(product.id), moved.get(product.id)
        rows.append(
            (
                product.sku,
                product.name,
                product.unit,
                first.quantity if first else ZERO,
                row.came if row else ZERO,
                row.went if row else ZERO,
                last.quantity if last else ZERO,
                last.value if last else ZERO,
            )
        )
    columns = ("SKU", "Product", "Unit", "Before", "In", "Out", "After", "Value")
    total = sum((one.value for one in after.values()), ZERO)
    return ReportTable(columns, tuple(sorted(rows)), {"Value": {company_currency(session): total}})


def value_now(session: Session) -> list[Amount]:
    """What the stock is worth now, and was worth when the month began."""
    first = today(session).replace(day=1)
    before = sum(stock_values_by_category(session, first - timedelta(days=1)).values(), ZERO)
    return [Amount(stock_value(session), company_currency(session), before)]


def value_by_month(session: Session) -> list[Point]:
    """What the stock was worth at the end of each of the last months in which it changed."""
    rows = session.execute(_VALUE_BY_MONTH).all()[-MONTHS:]
    currency = company_currency(session)
    return [Point(row.month, row.value, currency=currency) for row in rows]


def landed_waiting(session: Session) -> list[Amount]:
    """How many landed costs wait for somebody to post them."""
    return [Amount(session.execute(_WAITING).scalar_one())]


def short_products(session: Session) -> list[Amount]:
    """Of how many products there is less than nothing."""
    return [Amount(session.execute(_NEGATIVE).scalar_one())]
