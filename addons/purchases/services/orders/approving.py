"""Orders become binding: approved by whoever may, within their limit or in another's place."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.purchases.events import OrderApproved
from addons.purchases.models import ApprovalStep, Order
from addons.purchases.options import PurchasesOptions
from addons.purchases.permissions import APPROVE_ORDERS
from addons.purchases.services.agreements.calling_off import call_off, give_back
from addons.purchases.services.approvals.authority import Authority, authority
from addons.purchases.services.consumption import require_uses, settle_uses
from addons.purchases.services.locking import lock
from addons.purchases.services.numbering import next_number
from addons.purchases.services.orders.expecting import expect_order
from addons.purchases.services.orders.progress import refresh_progress
from addons.purchases.services.orders.writing import order_title, require_draft
from addons.purchases.services.rates import require_rate, rounded
from addons.purchases.services.requests.following import note_ordered
from core.api import Conflict, Forbidden, InvalidInput, actor, emit, options, phrase, utc_now


def confirm_order(session: Session, order: Order) -> Order:
    """A draft becomes binding, where nobody has to approve it or the one who asks may; otherwise
    it waits for an approval. Raises InvalidInput for an order without lines or without a rate, and
    Conflict where its agreement does not cover it."""
    order = lock(session, Order, order.id)
    require_draft(order)
    _require_ready(session, order)
    company = options(session, PurchasesOptions)
    if not company.approvals or order.company_total < company.approval_from:
        _note(session, order, "automatic", Authority(None))
        return _bind(session, order)
    found = authority(session)
    own_allowed = company.own_approval or order.buyer_id != actor(session).user_id
    if actor(session).may(APPROVE_ORDERS.code) and own_allowed and found.covers(order):
        _note(session, order, "approved", found)
        return _bind(session, order)
    _note(session, order, "asked", Authority(None))
    order.state = "to_approve"
    session.flush()
    return order


def approve_order(session: Session, order: Order) -> Order:
    """Approve an order that waits for it. Raises Conflict where it no longer waits, and Forbidden,
    with the limit, where it is beyond what this person may approve."""
    order = lock(session, Order, order.id)
    if order.state != "to_approve":
        raise Conflict(
            phrase("{order} does not wait for an approval.", order=order_title(order)),
            fix=phrase("Look who decided it, under its approvals."),
        )
    _require_right(session)
    _require_ready(session, order)
    company = options(session, PurchasesOptions)
    if not company.own_approval and order.buyer_id == actor(session).user_id:
        raise Forbidden(
            phrase("Nobody approves their own orders here."),
            fix=phrase("Ask a colleague to approve it."),
        )
    found = authority(session)
    if not found.covers(order):
        raise Forbidden(
            phrase(
                "{total} {currency} is more than the {limit} that you may approve.",
                total=order.company_total,
                currency=company_currency(session),
                limit=found.limit,
            ),
            fix=phrase("Ask somebody with a higher limit."),
        )
    _note(session, order, "approved", found)
    return _bind(session, order)


def reject_order(session: Session, order: Order) -> Order:
    """Send an order that waits for approval back to its buyer, as a draft."""
    order = lock(session, Order, order.id)
    if order.state != "to_approve":
        raise Conflict(phrase("{order} does not wait for an approval.", order=order_title(order)))
    _require_right(session)
    _note(session, order, "rejected", authority(session))
    order.state = "draft"
    session.flush()
    return order


def reopen_order(session: Session, order: Order) -> Order:
    """A binding order becomes a draft again, with its number, as long as nothing came and nothing
    was billed; an order that waits is taken back."""
    order = lock(session, Order, order.id)
    if order.state == "to_approve":
        order.state = "draft"
    elif order.state == "approved":
        if any(line.stock_received or line.stock_billed for line in order.lines):
            raise Conflict(
                phrase("{order} was already received or billed.", order=order_title(order)),
                fix=phrase("Close what is open of it, and order the rest anew."),
            )
        expect_order(session, order, nothing=True)
        order.state, order.open_for_receipt = "draft", False
        session.flush()
        give_back(session, order)
        note_ordered(session, order)
    else:
        raise Conflict(phrase("{order} cannot be reopened.", order=order_title(order)))
    _note(session, order, "reopened", Authority(None))
    session.flush()
    return order


def _bind(session: Session, order: Order) -> Order:
    if order.number is None:
        order.number = next_number(session, "order", order.date)
    order.state = "approved"
    order.approved_at, order.approved_by = utc_now(), actor(session).name
    days = [line.expected_on or order.expected_on or order.date for line in order.lines]
    for line, day in zip(order.lines, days, strict=True):
        line.expected_on = day
    order.expected_on = order.expected_on or max(days)
    order.open_for_receipt = True
    session.flush()
    call_off(session, order)
    note_ordered(session, order)
    emit(
        session,
        OrderApproved(
            order.id,
            order.number,
            order.date,
            order.contact_id,
            order.currency,
            order.total,
        ),
    )
    expect_order(session, order)
    refresh_progress(session, order)
    settle_uses(session, order)
    return order


def _require_ready(session: Session, order: Order) -> None:
    if not order.lines:
        raise InvalidInput.of("lines", phrase("An order needs a line."))
    _require_destination(order)
    require_uses(session, order)
    rate = require_rate(session, order.currency, order.date, order.rate)
    order.rate = rate
    order.company_total = rounded(order.total * rate, company_currency(session))


def _require_destination(order: Order) -> None:
    """What a supplier brings to a customer was ordered by that customer."""
    for place, line in enumerate(order.lines):
        if order.for_id is not None and line.kind == "goods" and line.for_line_id is None:
            raise InvalidInput.of(
                f"lines.{place}.product_id",
                phrase("{product} is not in the customer's order.", product=line.label),
                fix=phrase("Order goods for the stock by an order of their own."),
            )


def _require_right(session: Session) -> None:
    if not actor(session).may(APPROVE_ORDERS.code):
        raise Forbidden(
            phrase("You may not approve orders."), fix=phrase("Ask an administrator for the right.")
        )


def _note(session: Session, order: Order, decision: str, by: Authority) -> None:
    who = actor(session)
    amount = Decimal(order.company_total or 0)
    session.add(
        ApprovalStep(
            order_id=order.id,
            decision=decision,
            user_id=who.user_id,
            user_name=who.name,
            in_place_of=by.in_place_of,
            amount=amount,
            limit=by.limit,
        )
    )
