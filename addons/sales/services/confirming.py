"""Orders become binding, rest, go on, and are called off."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.sales.events import OrderCancelled, OrderConfirmed
from addons.sales.models import SalesOrder
from addons.sales.services.credit import require_credit
from addons.sales.services.direct.supplying import hold_supply, order_directly
from addons.sales.services.expecting import expect_goods
from addons.sales.services.locking import lock_order
from addons.sales.services.margins import require_order_margin
from addons.sales.services.numbering import next_number
from addons.sales.services.progress import refresh
from addons.sales.services.promotions.applying import follow_quantities, frozen_lines
from addons.sales.services.promotions.claiming import claim_promotions, give_back
from addons.sales.services.quoting import require_lines
from addons.sales.services.rates import rate_of
from addons.sales.services.versions import keep_version
from addons.sales.services.working_out import work_out_order
from core.api import Conflict, InvalidInput, emit, phrase, require_confirmation, today, utc_now


def confirm_order(session: Session, order: SalesOrder) -> SalesOrder:
    """Make an order binding: credit and margin are checked, its goods are expected, and others are
    told by `sales.OrderConfirmed`.

    Raises Conflict where somebody was faster or the credit limit stops it, InvalidInput for an
    order of nothing and a currency without a rate, NeedsConfirmation where a quotation has ended
    or a limit is passed that only warns.
    """
    order = lock_order(session, order.id)
    if not order.is_quotation:
        raise _not_a_quotation(order)
    require_lines(order)
    if order.valid_until is not None and order.valid_until < today(session):
        require_confirmation(
            session,
            phrase(
                "This quotation ended on {day}. Confirm it all the same?", day=order.valid_until
            ),
            key=f"sales.ended:{order.id}",
        )
    # Written once, when all is known, and not anew before each question on the way.
    with session.no_autoflush:
        order.rate = rate = rate_of(session, order.currency, order.day, order.rate)
        require_order_margin(session, order)
        require_credit(session, order, rate)
        if order.number is None:
            order.number = next_number(session, "order", order.day)
    was_draft = order.state == "draft"
    order.state, order.confirmed_at = "confirmed", utc_now()
    refresh(order)
    session.flush()
    claim_promotions(session, order, was_draft=was_draft)
    expect_goods(session, order, is_first=True)
    order_directly(session, order)
    emit(
        session,
        OrderConfirmed(
            order.id, order.number, order.day, order.contact_id, order.currency, order.total
        ),
    )
    return order


def hold(session: Session, order: SalesOrder, reason: str) -> SalesOrder:
    """Let a binding order rest: nothing is delivered or invoiced of it until it goes on."""
    order = lock_order(session, order.id)
    if order.state != "confirmed":
        raise Conflict(phrase("Only a confirmed order can be put on hold."))
    if not reason.strip():
        raise InvalidInput.of("hold_reason", phrase("Say why: whoever delivers will ask."))
    order.state, order.hold_reason = "held", reason.strip()
    session.flush()
    return order


def release(session: Session, order: SalesOrder) -> SalesOrder:
    """Let an order go on that rested."""
    order = lock_order(session, order.id)
    if order.state != "held":
        raise Conflict(phrase("{number} is not on hold.", number=order.number or ""))
    order.state, order.hold_reason = "confirmed", ""
    refresh(order)
    session.flush()
    return order


def cancel_order(session: Session, order: SalesOrder) -> SalesOrder:
    """Call an order off of which nothing was delivered or invoiced. Raises Conflict otherwise: what
    was delivered is returned, what was invoiced credited, and the rest closed."""
    hold_supply(session, order)
    order = lock_order(session, order.id)
    if order.state in ("cancelled", "lost"):
        raise Conflict(phrase("{number} was called off already.", number=order.number or ""))
    if any(line.delivered_stock - line.returned_stock for line in order.lines):
        raise Conflict(
            phrase("Goods of {number} were delivered.", number=order.number or ""),
            fix=phrase("Take them back by a return, or close what is left of the order."),
        )
    if any(line.invoiced for line in order.lines):
        raise Conflict(
            phrase("{number} was invoiced.", number=order.number or ""),
            fix=phrase("Write a credit note first."),
        )
    was_binding = not order.is_quotation
    order.state = "cancelled"
    session.flush()
    if was_binding:
        give_back(session, order)
        expect_goods(session, order)
        order_directly(session, order)
        emit(session, OrderCancelled(order.id, order.number or ""))
    return order


def close_rest(session: Session, order: SalesOrder) -> SalesOrder:
    """Close an order short: what was not delivered will not be. What it said is kept."""
    hold_supply(session, order)
    order = lock_order(session, order.id)
    if order.state not in ("confirmed", "held"):
        raise Conflict(phrase("Only a binding order can be closed."))
    if not any(line.delivered_stock or line.invoiced for line in order.lines):
        raise Conflict(
            phrase("Nothing of {number} was delivered.", number=order.number or ""),
            fix=phrase("Cancel it instead."),
        )
    keep_version(session, order, phrase("The rest was closed"))
    frozen = frozen_lines(order)
    for line in order.lines:
        if line.is_sold:
            done = line.delivered if line.is_goods else line.invoiced
            line.quantity = max(done, line.invoiced)
            if line.discount:
                line.discount = min(line.discount, line.quantity * line.price)
    order.discount = sum((line.shared_discount for line in order.lines), order.discount * 0)
    follow_quantities(session, order, frozen)
    work_out_order(session, order)
    order.state, order.hold_reason = "confirmed", ""
    refresh(order)
    session.flush()
    expect_goods(session, order)
    order_directly(session, order)
    emit(session, OrderCancelled(order.id, order.number or ""))
    return order


def _not_a_quotation(order: SalesOrder) -> Conflict:
    if order.state in ("lost", "cancelled"):
        return Conflict(
            phrase("{number} was called off.", number=order.number or ""),
            fix=phrase("Begin a new version, or write another order."),
        )
    return Conflict(phrase("Order {number} was confirmed already.", number=order.number or ""))
