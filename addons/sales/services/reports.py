"""Sums of what was sold, in the company's currency, and of what is open. Their totals are those of
the posted documents; a gift card is no sale yet, but what is bought with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from addons.catalog.api import product_names
from addons.sales.models import OpenDocument, PromotedLine, SoldLine
from addons.sales.services.amounts import HUNDRED, ZERO, to_step
from addons.sales.services.figures import NO_SALE
from core.api import Period, ReportTable

PERCENT_STEP: Final = Decimal("0.01")
_USERS: Final = literal_column(
    "(SELECT held.name FROM core.user_account AS held WHERE held.id = sold_line.salesperson_id)"
)


_BRANCHES: Final = literal_column(
    "(SELECT held.name FROM core.branch AS held WHERE held.id = sold_line.branch_id)"
)


def by_customer(session: Session, period: Period) -> ReportTable:
    """Net sales of each customer."""
    return _sums(session, period, "customer", SoldLine.contact_name)


def by_salesperson(session: Session, period: Period) -> ReportTable:
    """Net sales of each salesperson."""
    return _sums(session, period, "salesperson", func.coalesce(_USERS, ""))


def by_branch(session: Session, period: Period) -> ReportTable:
    """Net sales of each branch; those of none stand under an empty name."""
    return _sums(session, period, "branch", func.coalesce(_BRANCHES, ""))


def margins(session: Session, period: Period) -> ReportTable:
    """What each product brought beyond its cost, in the company's currency, and in percent of its
    net. Lines of which nobody knows the cost are left out."""
    wanted = select(
        SoldLine.product_id,
        func.sum(SoldLine.quantity),
        func.sum(SoldLine.company_net),
        func.sum(SoldLine.cost),
        func.sum(SoldLine.margin),
    ).where(SoldLine.role != NO_SALE, SoldLine.margin.is_not(None))
    if period.start is not None:
        wanted = wanted.where(SoldLine.day >= period.start)
    if period.end is not None:
        wanted = wanted.where(SoldLine.day <= period.end)
    grouped = wanted.group_by(SoldLine.product_id).order_by(SoldLine.product_id)
    found: list[Any] = list(session.execute(grouped))
    names = product_names(session, [row[0] for row in found if row[0] is not None])
    rows = tuple((names.get(row[0], ""), *row[1:], _percent(row[4], row[2])) for row in found)
    totals = {
        name: sum((row[place] for row in found), ZERO)
        for place, name in ((2, "net"), (3, "cost"), (4, "margin"))
    }
    columns = ("product", "quantity", "net", "cost", "margin", "percent")
    return ReportTable(columns, rows, totals)


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    return to_step(part * HUNDRED / whole, PERCENT_STEP) if whole else None


def by_month(session: Session, period: Period) -> ReportTable:
    """Net sales of each month."""
    return _sums(session, period, "month", func.to_char(SoldLine.day, "YYYY-MM"))


def by_product(session: Session, period: Period) -> ReportTable:
    """Net sales of each product; what was sold without one stands under an empty name."""
    table = _sums(session, period, "product", SoldLine.product_id)
    names = product_names(session, [row[0] for row in table.rows if row[0] is not None])
    rows = tuple((names.get(row[0], ""), *row[1:]) for row in table.rows)
    return ReportTable(table.columns, rows, table.totals)


def _sums(
    session: Session, period: Period, title: str, group: ColumnElement[Any] | Any
) -> ReportTable:
    wanted = select(
        group,
        func.count(SoldLine.invoice_id.distinct()),
        func.sum(SoldLine.quantity),
        func.sum(SoldLine.company_net),
    ).where(SoldLine.role != NO_SALE)
    if period.start is not None:
        wanted = wanted.where(SoldLine.day >= period.start)
    if period.end is not None:
        wanted = wanted.where(SoldLine.day <= period.end)
    rows = tuple(tuple(row) for row in session.execute(wanted.group_by(group).order_by(group)))
    net = sum((row[3] for row in rows), ZERO)
    return ReportTable((title, "documents", "quantity", "net"), rows, {"net": net})


def open_of_customers(session: Session, period: Period) -> ReportTable:
    """What each customer owes now, by currency, of documents dated within the period."""
    wanted = select(
        OpenDocument.contact_name,
        OpenDocument.currency,
        func.count(),
        func.sum(OpenDocument.open_amount),
    )
    if period.start is not None:
        wanted = wanted.where(OpenDocument.day >= period.start)
    if period.end is not None:
        wanted = wanted.where(OpenDocument.day <= period.end)
    grouped = wanted.group_by(OpenDocument.contact_name, OpenDocument.currency)
    rows: tuple[Any, ...] = tuple(
        tuple(row)
        for row in session.execute(
            grouped.order_by(OpenDocument.contact_name, OpenDocument.currency)
        )
    )
    totals: dict[str, Decimal] = {}
    for row in rows:
        totals[row[1]] = totals.get(row[1], ZERO) + row[3]
    return ReportTable(("customer", "currency", "documents", "open"), rows, {"open": totals})


def by_promotion(session: Session, period: Period) -> ReportTable:
    """What each promotion gave, by currency, and what the lines with it came to."""
    wanted = select(
        PromotedLine.promotion,
        PromotedLine.currency,
        func.count(PromotedLine.number.distinct()),
        func.sum(PromotedLine.given),
        func.sum(PromotedLine.net),
    )
    if period.start is not None:
        wanted = wanted.where(PromotedLine.day >= period.start)
    if period.end is not None:
        wanted = wanted.where(PromotedLine.day <= period.end)
    grouped = wanted.group_by(PromotedLine.promotion, PromotedLine.currency)
    rows: tuple[Any, ...] = tuple(
        tuple(row)
        for row in session.execute(grouped.order_by(PromotedLine.promotion, PromotedLine.currency))
    )
    totals: dict[str, Decimal] = {}
    for row in rows:
        totals[row[1]] = totals.get(row[1], ZERO) + row[3]
    return ReportTable(
        ("promotion", "currency", "documents", "given", "net"), rows, {"given": totals}
    )
