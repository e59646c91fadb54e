"""Coupons on an order: shown and taken back, by the salesperson or by the customer."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.sales.models import SalesOrder
from addons.sales.services.amending import change_order
from addons.sales.services.coupons.codes import plain_code, typed_codes
from addons.sales.services.coupons.showing import FIELD
from addons.sales.services.locking import lock_order
from addons.sales.services.quoting import mark_sent
from core.api import InvalidInput, phrase


def use_coupon(session: Session, order: SalesOrder, code: str) -> SalesOrder:
    """Put a coupon on a quotation and work it out anew. One that was sent becomes a new version,
    which counts as sent. Raises InvalidInput for a coupon that is not good or is there already,
    Conflict for an order that is binding."""
    order = lock_order(session, order.id)
    wanted = plain_code(code)
    codes = typed_codes(order.coupon_codes)
    if not wanted:
        raise InvalidInput.of(FIELD, phrase("Type the code of a coupon."))
    if wanted in codes:
        raise InvalidInput.of(FIELD, phrase("Coupon {code} is on it already.", code=wanted))
    return _with_codes(session, order, [*codes, wanted])


def drop_coupon(session: Session, order: SalesOrder, code: str) -> SalesOrder:
    """Take a coupon off a quotation again; raises as `use_coupon`."""
    order = lock_order(session, order.id)
    codes = typed_codes(order.coupon_codes)
    return _with_codes(session, order, [one for one in codes if one != plain_code(code)])


def _with_codes(session: Session, order: SalesOrder, codes: list[str]) -> SalesOrder:
    was_sent = order.state == "sent"
    order = change_order(session, order, {FIELD: " ".join(codes)})
    return mark_sent(session, order) if was_sent else order
