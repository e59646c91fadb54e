"""What becomes of a quotation before it is binding: sent, written anew, lost, taken up again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.sales.models import LostReason, SalesOrder
from addons.sales.services.bundles import take_apart
from addons.sales.services.coupons.showing import show_coupons
from addons.sales.services.locking import lock_order
from addons.sales.services.numbering import next_number
from addons.sales.services.promotions.applying import decide_order, keep_decision
from addons.sales.services.versions import keep_version
from addons.sales.services.working_out import work_out_order
from core.api import Conflict, InvalidInput, phrase


def mark_sent(session: Session, order: SalesOrder) -> SalesOrder:
    """Note that the customer has the quotation: it gets its number and stays as it is."""
    order = lock_order(session, order.id)
    if order.state == "sent":
        return order
    if order.state != "draft":
        raise Conflict(phrase("{number} is no draft any more.", number=order.number or ""))
    require_lines(order)
    if order.number is None:
        order.number = next_number(session, "order", order.day)
    order.state = "sent"
    session.flush()
    return order


def begin_version(session: Session, order: SalesOrder, why: str = "") -> SalesOrder:
    """Take up a quotation that was sent, to change it: the version that was sent is kept."""
    order = lock_order(session, order.id)
    if order.state not in ("sent", "lost"):
        raise Conflict(phrase("Only what was sent, or lost, has versions."))
    keep_version(session, order, why)
    order.state = "draft"
    order.lost_reason_id, order.lost_note = None, ""
    session.flush()
    return order


def lose(session: Session, order: SalesOrder, reason_id: int | None, note: str = "") -> SalesOrder:
    """Note that nothing comes of a quotation, and why. Raises InvalidInput without a reason."""
    order = lock_order(session, order.id)
    if not order.is_quotation:
        raise Conflict(phrase("{number} is no quotation any more.", number=order.number or ""))
    if reason_id is None or session.get(LostReason, reason_id) is None:
        raise InvalidInput.of("lost_reason_id", phrase("Say why it was lost."))
    order.state, order.lost_reason_id, order.lost_note = "lost", reason_id, note.strip()
    session.flush()
    return order


def take_option(session: Session, order: SalesOrder, line_id: int) -> SalesOrder:
    """Make an option part of what the customer orders; raises Conflict once that is binding."""
    order = lock_order(session, order.id)
    if not order.is_quotation:
        raise Conflict(phrase("{number} is binding already.", number=order.number or ""))
    line = next((one for one in order.lines if one.id == line_id and one.kind == "option"), None)
    if line is None:
        raise InvalidInput.of("line", phrase("There is no such option."))
    line.kind = "product"
    order.lines = take_apart(session, order, order.lines, line)
    decided = None
    if order.state == "draft":
        coupons = show_coupons(session, order.coupon_codes, order.contact_id, order.day)
        decided = decide_order(session, order, coupons)
    work_out_order(session, order)
    session.flush()
    if decided is not None:
        keep_decision(session, order, decided, new=False)
    return order


def require_lines(order: SalesOrder) -> None:
    """Raise InvalidInput for an order that orders nothing."""
    if not any(line.is_sold for line in order.lines):
        raise InvalidInput.of(
            "lines", phrase("Nothing is ordered."), fix=phrase("Add a line with a product.")
        )
