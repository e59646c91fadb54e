"""Figures for the start page: narrowed to what their reader may see."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.sales.models import BackOrder, OpenDocument, SalesOrder, SoldLine, ToInvoice
from addons.sales.permissions import VIEW_INVOICES, VIEW_ORDERS
from core.api import Amount, Permission, Point, actor, today

NO_SALE: Final = "gift_card"
"""Lines that are no sale yet: what is bought with the card will be one."""


def _mine(session: Session, model: Any, permission: Permission) -> ColumnElement[bool]:
    """What of a model whoever looks may see with this permission."""
    who = actor(session)
    scope = who.scope(permission.code)
    if scope == "branch":
        return model.branch_id.in_(who.branches)
    if scope == "team" and hasattr(model, "team_id"):
        return model.team_id.in_(who.teams)
    if scope == "own" and hasattr(model, "salesperson_id"):
        return model.salesperson_id == who.user_id
    return true()


def sold_this_month(session: Session) -> list[Amount]:
    """Net sales of this month beside those of the month before, up to the same day."""
    day = today(session)
    first = day.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    until = min(before + timedelta(days=day.day - 1), first - timedelta(days=1))
    now = _sold(session, first, day)
    return [Amount(now, company_currency(session), _sold(session, before, until))]


def _sold(session: Session, start: date, end: date) -> Any:
    wanted: Select[Any] = select(func.coalesce(func.sum(SoldLine.company_net), 0)).where(
        SoldLine.day.between(start, end),
        SoldLine.role != NO_SALE,
        _mine(session, SoldLine, VIEW_INVOICES),
    )
    return session.scalar(wanted)


def overdue(session: Session) -> list[Amount]:
    """What customers should have paid by now, by currency."""
    rows = session.execute(
        select(OpenDocument.currency, func.sum(OpenDocument.open_amount))
        .where(
            OpenDocument.kind == "invoice",
            OpenDocument.due_day < today(session),
            _mine(session, OpenDocument, VIEW_INVOICES),
        )
        .group_by(OpenDocument.currency)
        .order_by(OpenDocument.currency)
    )
    return [Amount(row[1], row[0]) for row in rows] or [Amount(0, company_currency(session))]


def to_be_invoiced(session: Session) -> list[Amount]:
    """What may be invoiced and was not, net, by currency."""
    rows = session.execute(
        select(ToInvoice.currency, func.sum(ToInvoice.open_net))
        .where(_mine(session, ToInvoice, VIEW_ORDERS))
        .group_by(ToInvoice.currency)
        .order_by(ToInvoice.currency)
    )
    return [Amount(row[1], row[0]) for row in rows] or [Amount(0, company_currency(session))]


def open_quotations(session: Session) -> list[Amount]:
    """How many quotations wait for an answer."""
    wanted = select(func.count(SalesOrder.id)).where(
        SalesOrder.state == "sent", _mine(session, SalesOrder, VIEW_ORDERS)
    )
    return [Amount(session.scalar(wanted) or 0)]


def late_deliveries(session: Session) -> list[Amount]:
    """How many lines should have been delivered by now."""
    wanted = select(func.count(BackOrder.id)).where(
        BackOrder.deliver_on < today(session), _mine(session, BackOrder, VIEW_ORDERS)
    )
    return [Amount(session.scalar(wanted) or 0)]


def sold_by_month(session: Session) -> list[Point]:
    """Net sales of the last twelve months."""
    first = today(session).replace(day=1)
    start = first.replace(year=first.year - 1)
    month = func.date_trunc("month", SoldLine.day)
    rows = session.execute(
        select(month, func.sum(SoldLine.company_net))
        .where(
            SoldLine.day >= start,
            SoldLine.role != NO_SALE,
            _mine(session, SoldLine, VIEW_INVOICES),
        )
        .group_by(month)
        .order_by(month)
    )
    currency = company_currency(session)
    return [Point(row[0].date(), row[1], currency=currency) for row in rows]
