"""What the tills sold, summed: by product, hour, cashier and till, and for the start page.

Amounts are in the currency of the receipts, one total for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from addons.catalog.api import product_names
from addons.pos.services.sessions.people import names_of
from core.api import Amount, Period, Point, ReportTable, binding, today

ZERO: Final = Decimal(0)
SHOWN_DAYS: Final = 14
_WITHIN: Final = """
 WHERE (CAST(:start AS date) IS NULL OR sale.day >= :start)
   AND (CAST(:end AS date) IS NULL OR sale.day <= :end)
"""


def _summed(statement: str) -> TextClause:
    return text(statement.format(within=_WITHIN))


_BY_PRODUCT: Final = _summed("""
SELECT line.product_id, sale.currency, sum(line.stock_quantity) AS quantity,
       sum(line.net) AS net, sum(line.tax) AS tax
  FROM pos.sale_line AS line JOIN pos.sale AS sale ON sale.id = line.sale_id
{within} GROUP BY line.product_id, sale.currency ORDER BY net DESC, line.product_id
""")
_BY_HOUR: Final = _summed("""
SELECT to_char(sale.occurred_at AT TIME ZONE :zone, 'HH24') AS hour, sale.currency,
       count(*) AS receipts, sum(sale.total) AS total
  FROM pos.sale AS sale {within} GROUP BY hour, sale.currency ORDER BY hour, sale.currency
""")
_BY_CASHIER: Final = _summed("""
SELECT sale.cashier_id, sale.currency, count(*) AS receipts, sum(sale.total) AS total
  FROM pos.sale AS sale {within} GROUP BY sale.cashier_id, sale.currency
 ORDER BY total DESC, sale.cashier_id
""")
_BY_REGISTER: Final = _summed("""
SELECT register.code, sale.currency, count(*) AS receipts, sum(sale.total) AS total
  FROM pos.sale AS sale JOIN pos.register AS register ON register.id = sale.register_id
{within} GROUP BY register.code, sale.currency ORDER BY register.code, sale.currency
""")
_BY_METHOD: Final = _summed("""
SELECT method.name, sale.currency, count(*) AS times, sum(payment.amount) AS total
  FROM pos.sale_payment AS payment JOIN pos.sale AS sale ON sale.id = payment.sale_id
  JOIN pos.method AS method ON method.id = payment.method_id
{within} GROUP BY method.name, sale.currency ORDER BY method.name, sale.currency
""")
_OF_DAY: Final = text(
    "SELECT currency, sum(total) AS total FROM pos.sale WHERE day = :day"
    " GROUP BY currency ORDER BY currency"
)
_DAYS: Final = text(
    "SELECT day, sum(total * rate) AS total FROM pos.sale WHERE day > :since"
    " GROUP BY day ORDER BY day"
)


def by_product(session: Session, period: Period) -> ReportTable:
    """What was sold of each product, best sellers first; what came back is taken off."""
    rows = _rows(session, _BY_PRODUCT, period)
    names = product_names(session, [row["product_id"] for row in rows])
    told = tuple(
        (names.get(row["product_id"], ""), row["currency"], row["quantity"], row["net"], row["tax"])
        for row in rows
    )
    columns = ("product", "currency", "quantity", "net", "tax")
    return ReportTable(columns, told, {"net": _totals(rows, "net")})


def by_hour(session: Session, period: Period) -> ReportTable:
    """Receipts of each hour of the day, where the company is."""
    zone = binding(session).tenant.timezone
    return _table(_rows(session, _BY_HOUR, period, zone=zone), "hour", "receipts")


def by_cashier(session: Session, period: Period) -> ReportTable:
    """Receipts of each cashier."""
    rows = _rows(session, _BY_CASHIER, period)
    names = names_of(session, [row["cashier_id"] for row in rows])
    named = [{**row, "cashier": names.get(row["cashier_id"] or 0, "")} for row in rows]
    return _table(named, "cashier", "receipts")


def by_register(session: Session, period: Period) -> ReportTable:
    """Receipts of each till."""
    return _table(_rows(session, _BY_REGISTER, period), "code", "receipts")


def by_method(session: Session, period: Period) -> ReportTable:
    """What was paid in each way."""
    return _table(_rows(session, _BY_METHOD, period), "name", "times")


def sold_today(session: Session) -> list[Amount]:
    """What the tills sold today, by currency."""
    rows = session.execute(_OF_DAY, {"day": today(session)})
    return [Amount(row.total, row.currency) for row in rows]


def sold_lately(session: Session) -> list[Point]:
    """What the tills sold on each of the last days, in the company's currency."""
    since = today(session) - timedelta(days=SHOWN_DAYS)
    return [Point(row.day, row.total) for row in session.execute(_DAYS, {"since": since})]


def _rows(session: Session, statement: Any, period: Period, **more: Any) -> list[Mapping[str, Any]]:
    given = {"start": period.start, "end": period.end, **more}
    return [dict(row) for row in session.execute(statement, given).mappings()]


def _table(rows: Sequence[Mapping[str, Any]], word: str, count: str) -> ReportTable:
    told = tuple((row[word], row["currency"], row[count], row["total"]) for row in rows)
    return ReportTable((word, "currency", count, "total"), told, {"total": _totals(rows, "total")})


def _totals(rows: Sequence[Mapping[str, Any]], column: str) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    for row in rows:
        totals[row["currency"]] = totals.get(row["currency"], ZERO) + row[column]
    return totals
