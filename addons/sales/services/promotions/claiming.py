"""Promotions and coupons are used when an order becomes binding or an invoice is posted, and given
back when the order is cancelled.

How often they may be used is held by the database, which lets those who use the last one at the
same moment wait for each other (migration 0006); here it is told to people.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from addons.sales.models import Invoice, Promotion, PromotionGrant, PromotionUse, SalesOrder
from addons.sales.services.coupons.codes import typed_codes
from addons.sales.services.coupons.showing import find_coupons, require_unblocked
from core.api import Conflict, phrase, savepoint

USED_UP: Final = ("promotion_used_up", "coupon_used_up")


def claim_promotions(session: Session, document: SalesOrder | Invoice, *, was_draft: bool) -> None:
    """Note that a document makes use of the promotions that gave it something, and of the coupons
    shown for them. Raises Conflict where somebody had the last one, or where a promotion that a
    draft reckons with was taken out of use; what a customer was sent is kept."""
    if not any(line.promotion_discount for line in document.lines):
        return
    of = "order_id" if isinstance(document, SalesOrder) else "invoice_id"
    rows = session.execute(
        select(Promotion, func.sum(PromotionGrant.amount))
        .join(PromotionGrant, PromotionGrant.promotion_id == Promotion.id)
        .where(getattr(PromotionGrant, of) == document.id)
        .group_by(Promotion.id)
        .order_by(Promotion.id)
    ).all()
    coupons = _coupons(session, document)
    for promotion, amount in rows:
        if was_draft and not promotion.active:
            raise Conflict(
                phrase("The promotion “{name}” no longer holds.", name=promotion.name),
                fix=phrase("Save the draft anew: it is worked out without it."),
            )
        if not amount:
            continue
        coupon_id, code = coupons.get(promotion.id, (None, ""))
        _use(
            session,
            promotion,
            code,
            {
                of: document.id,
                "promotion_id": promotion.id,
                "coupon_id": coupon_id,
                "contact_id": document.contact_id,
                "used_on": document.day,
                "currency": document.currency,
                "amount": amount,
            },
        )


def give_back(session: Session, order: SalesOrder) -> None:
    """Let others use what a cancelled order had used."""
    session.execute(
        update(PromotionUse)
        .where(PromotionUse.order_id == order.id, ~PromotionUse.given_back)
        .values(given_back=True, version=PromotionUse.version + 1)
    )


def _coupons(session: Session, document: SalesOrder | Invoice) -> dict[int, tuple[int, str]]:
    """The coupons shown, by the promotions that they open."""
    codes = typed_codes(document.coupon_codes)
    found = find_coupons(session, codes) if codes else ()
    for coupon in found:
        require_unblocked(coupon)
    return {coupon.batch.promotion_id: (coupon.id, coupon.code) for coupon in found}


def _use(session: Session, promotion: Promotion, code: str, values: dict[str, Any]) -> None:
    limited = promotion.max_uses is not None or promotion.max_uses_per_customer is not None
    if not limited and not code:
        session.execute(insert(PromotionUse).values(values))
        return
    try:
        with savepoint(session):
            session.execute(insert(PromotionUse).values(values))
    except IntegrityError as error:
        broken = getattr(getattr(error.orig, "diag", None), "constraint_name", "")
        if broken not in USED_UP:
            raise
        said = phrase("The promotion “{name}” was used up meanwhile.", name=promotion.name)
        if broken == "coupon_used_up":
            said = phrase("Coupon {code} was used meanwhile.", code=code)
        raise Conflict(
            said, fix=phrase("Take it out of the order, which then costs more, or call it off.")
        ) from error
