"""Figures of purchases for the start page."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.purchases.models import Bill, Order, PurchaseLine, SupplierPrice
from core.api import Amount, Point, today

_MONTHS: Final = 12
_WEEK: Final = timedelta(days=7)


def late_orders(session: Session) -> list[Amount]:
    """How many orders should have come by now."""
    late = select(func.count()).select_from(Order)
    count = session.scalar(late.where(Order.open_for_receipt, Order.expected_on < today(session)))
    return [Amount(count or 0)]


def due_this_week(session: Session) -> list[Amount]:
    """What is open of bills that fall due within a week, by currency."""
    rows = session.execute(
        select(Bill.currency, func.sum(Bill.open))
        .where(
            Bill.state == "posted",
            Bill.kind == "bill",
            Bill.open > 0,
            Bill.due_on <= today(session) + _WEEK,
        )
        .group_by(Bill.currency)
        .order_by(Bill.currency)
    ).all()
    return [Amount(amount, currency) for currency, amount in rows] or [
        Amount(0, company_currency(session))
    ]


def differing(session: Session) -> list[Amount]:
    """How many posted bills should not be paid as they are."""
    query = select(func.count()).select_from(Bill)
    count = session.scalar(
        query.where(Bill.state == "posted", Bill.match == "no", Bill.paid_state != "paid")
    )
    return [Amount(count or 0)]


def bought_by_month(session: Session) -> list[Point]:
    """What was bought in each of the last twelve months, in the company's currency."""
    month = func.date_trunc("month", PurchaseLine.date)
    first = (today(session).replace(day=1) - timedelta(days=30 * (_MONTHS - 1))).replace(day=1)
    rows = session.execute(
        select(month, func.sum(PurchaseLine.company_net))
        .where(PurchaseLine.date >= first)
        .group_by(month)
        .order_by(month)
    )
    own = company_currency(session)
    return [Point(row[0].date(), row[1], currency=own) for row in rows]


def has_prices(session: Session) -> bool:
    """Whether a supplier's price was entered."""
    return session.scalar(select(SupplierPrice.id).limit(1)) is not None
