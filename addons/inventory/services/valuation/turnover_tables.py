"""ABC and slow movers as tables: for the command line, other programs, and files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency, get_products
from addons.inventory.services.costs.money import ZERO
from addons.inventory.services.valuation.turnover import Lying, Ranked, ranked, slow_movers
from core.api import Period, ReportTable, today

YEAR: Final = timedelta(days=365)
"""What ABC looks at where nobody says which days."""
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
_BOM: Final = "\ufeff"  # tells spreadsheets that this is UTF-8


def abc_report(session: Session, period: Period) -> ReportTable:
    """ABC of a period; of the last year where none is given."""
    end = period.end or today(session)
    return abc_table(session, ranked(session, period.start or end - YEAR, end))


def slow_report(session: Session, period: Period) -> ReportTable:
    """Slow movers at the end of the period's last day."""
    return slow_table(session, slow_movers(session, period.end or today(session)))


def abc_table(session: Session, found: Sequence[Ranked]) -> ReportTable:
    """Products by ABC, with the sum of what they cost."""
    products = get_products(session, [one.product_id for one in found])
    rows = tuple(
        (
            products[one.product_id].sku,
            products[one.product_id].name,
            one.rank,
            one.quantity,
            one.cost,
            one.share,
            one.running,
            one.held,
            one.value,
        )
        for one in found
    )
    columns = (
        "SKU",
        "Product",
        "Class",
        "Sold",
        "Cost of sales",
        "Share",
        "Running share",
        "In stock",
        "Value",
    )
    currency = company_currency(session)
    cost = sum((one.cost for one in found), ZERO)
    value = sum((one.value for one in found), ZERO)
    totals = {"Cost of sales": {currency: cost}, "Value": {currency: value}}
    return ReportTable(columns, rows, totals)


def slow_table(session: Session, found: Sequence[Lying]) -> ReportTable:
    """Slow movers, with the sum of what they are worth."""
    products = get_products(session, [one.product_id for one in found])
    rows = tuple(
        (
            products[one.product_id].sku,
            products[one.product_id].name,
            one.held,
            one.value,
            one.went_on,
            one.idle,
        )
        for one in found
    )
    columns = ("SKU", "Product", "In stock", "Value", "Sold last", "Days")
    value = sum((one.value for one in found), ZERO)
    return ReportTable(columns, rows, {"Value": {company_currency(session): value}})


def as_csv(table: ReportTable) -> bytes:
    """A table as CSV in UTF-8: ISO dates, decimal points, no formula anywhere."""
    buffer = io.StringIO()
    write = csv.writer(buffer).writerow
    write(table.columns)
    for row in table.rows:
        write([_plain(value) for value in row])
    return (_BOM + buffer.getvalue()).encode()


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
    text = str(value)
    return f"'{text}" if text.lstrip("'").startswith(_RISKY) else text
