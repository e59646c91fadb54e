"""What stands beside orders, bills and suppliers: ways to the next document, why a bill should not
be paid, and how a supplier does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.purchases.models import ApprovalStep, Bill, Order
from addons.purchases.permissions import PAY, RECEIVE, VIEW_PURCHASES
from addons.purchases.services.bills.matching import differences
from addons.purchases.services.orders.progress import in_line_unit
from addons.purchases.services.payments.writing import create_payment
from addons.purchases.services.reach import require_reach
from addons.purchases.services.receiving.documents import create_receipt
from addons.purchases.services.scorecards import scorecard_table, scorecards
from addons.purchases.views.approvals import DECISIONS
from core.api import (
    NotFound,
    Period,
    Redirect,
    Report,
    ReportTable,
    Request,
    Route,
    Slot,
    msg,
    phrase,
    today,
)

_YEAR: Final = timedelta(days=365)


def start_receipt(session: Session, request: Request) -> Redirect:
    """A draft receipt of what is open of an order, opened to be counted and posted."""
    return _start(session, request, "receipt")


def start_return(session: Session, request: Request) -> Redirect:
    """A draft return of what was received, opened to say how much goes back."""
    return _start(session, request, "return")


def start_payment(session: Session, request: Request) -> Redirect:
    """A draft payment of what is open of a bill, opened to be looked at and posted."""
    bill = session.get(Bill, request.path_params["id"])
    if bill is None:
        raise NotFound(phrase("There is no such document."))
    require_reach(session, PAY, owner_id=None, branch_id=bill.branch_id)
    values = {"contact_id": bill.contact_id, "lines": [{"bill_id": bill.id}]}
    return Redirect(f"/purchases/payments/{create_payment(session, values).id}/edit")


def order_tools(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Buttons that receive in parts and send back."""
    order = given["record"]
    if not isinstance(order, Order) or order.state not in ("approved", "done"):
        return None
    kept = any(line.stock_kept for line in order.lines)
    return {"order": order, "kept": kept} if kept or order.open_for_receipt else None


def bill_tools(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A button that pays what is open of a bill."""
    bill = given["record"]
    if not isinstance(bill, Bill) or bill.state != "posted" or bill.kind != "bill":
        return None
    return {"bill": bill} if bill.open > 0 else None


def approvals_side(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What was decided about an order."""
    steps = session.scalars(
        select(ApprovalStep)
        .where(ApprovalStep.order_id == given["record"].id)
        .order_by(ApprovalStep.id)
    ).all()
    titles = dict(DECISIONS)
    return (
        {"steps": steps, "titles": titles, "currency": company_currency(session)} if steps else None
    )


def match_side(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Why a bill should not be paid, line by line."""
    bill: Bill = given["record"]
    found = differences(session, bill)
    return {"bill": bill, "differences": found} if found else None


def supplier_side(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """How a supplier did in the last year, and what is open with him."""
    contact = given["record"]
    if not contact.is_supplier:
        return None
    day = today(session)
    cards = scorecards(session, Period(day - _YEAR, day), day, contact.id)
    owed = session.execute(
        select(Bill.currency, func.sum(Bill.open))
        .where(Bill.contact_id == contact.id, Bill.state == "posted", Bill.kind == "bill")
        .group_by(Bill.currency)
        .having(func.sum(Bill.open) != 0)
        .order_by(Bill.currency)
    ).all()
    return {"contact": contact, "card": cards[0] if cards else None, "owed": owed}


def scorecard_report(session: Session, period: Period) -> ReportTable:
    """Every supplier's shares and score of a time."""
    return scorecard_table(scorecards(session, period, today(session)))


def _start(session: Session, request: Request, kind: str) -> Redirect:
    order = session.get(Order, request.path_params["id"])
    if order is None:
        raise NotFound(phrase("There is no such document."))
    require_reach(session, RECEIVE, owner_id=order.buyer_id, branch_id=order.branch_id)
    receipt = create_receipt(session, {"order_id": order.id, "kind": kind})
    return Redirect(f"/purchases/receipts/{receipt.id}/edit")


ROUTES: Final = (
    Route("POST", "/orders/{id:int}/start-receipt", start_receipt, RECEIVE),
    Route("POST", "/orders/{id:int}/start-return", start_return, RECEIVE),
    Route("POST", "/bills/{id:int}/start-payment", start_payment, PAY),
)


def direct_side(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Where the supplier brings the goods, and what the customer waits for."""
    order: Order = given["record"]
    if order.for_id is None:
        return None
    waits = [line for line in order.lines if line.for_line_id is not None and line.stock_open]
    return {"order": order, "waits": waits, "in_unit": in_line_unit}


SLOTS: Final = (
    Slot("purchases.orders.side", "purchases/direct_side.html", direct_side, VIEW_PURCHASES),
    Slot("core.record.tools", "purchases/order_tools.html", order_tools, RECEIVE),
    Slot("core.record.tools", "purchases/bill_tools.html", bill_tools, PAY),
    Slot("purchases.orders.side", "purchases/approvals_side.html", approvals_side, VIEW_PURCHASES),
    Slot("purchases.bills.side", "purchases/match_side.html", match_side, VIEW_PURCHASES),
    Slot(
        "contacts.contacts.side",
        "purchases/supplier_side.html",
        supplier_side,
        VIEW_PURCHASES,
        order=60,
    ),
)
REPORTS: Final = (
    Report("purchases.scorecards", msg("Supplier scorecards"), VIEW_PURCHASES, scorecard_report),
)
