"""Promotions and coupons that gave something at a till, perhaps long before anybody here hears of
it: the sale has happened, so what went beyond a limit is kept, and told.

Who bought may be nobody in particular: limits of each customer hold for those who are named.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from addons.sales.models import Coupon, CouponBatch, Promotion, PromotionUse
from addons.sales.services.coupons.codes import plain_code
from addons.sales.services.coupons.showing import find_coupons, require_good
from addons.sales.services.promotions.claiming import USED_UP
from core.api import InvalidInput, savepoint


@dataclass(frozen=True, slots=True)
class PromotedReceipt:
    """What promotions gave on a receipt, by their ids, and the coupons that were shown for them."""

    number: str
    contact_id: int | None
    day: date
    currency: str
    given: Mapping[int, Decimal]
    coupons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    promotions: Mapping[int, Promotion]
    coupons: Mapping[str, Coupon]


def use_at_tills(session: Session, receipts: Sequence[PromotedReceipt]) -> set[str]:
    """Note what these receipts made use of; returns the numbers of those that used more than there
    was, or a coupon that was not good. Ordinary promotions, which have no limit and need no coupon,
    are not noted."""
    if not receipts:
        return set()
    known = _look_up(session, receipts)
    return {one.number for one in receipts if not _use(session, one, known)}


def offline_coupons(session: Session, day: date) -> list[dict[str, Any]]:
    """What a till needs to tell a coupon without a network, of the batches that hold on a day or
    later: the one code of many, or with what the codes of one use begin. Codes without a beginning
    of their own are told by the company alone."""
    batches = session.scalars(
        select(CouponBatch)
        .join(Promotion, Promotion.id == CouponBatch.promotion_id)
        .where(
            CouponBatch.active,
            Promotion.active,
            or_(CouponBatch.code != "", CouponBatch.prefix != ""),
            or_(CouponBatch.ends_on.is_(None), CouponBatch.ends_on >= day),
        )
        .order_by(CouponBatch.id)
    )
    return [
        {
            "promotion": one.promotion_id,
            "code": plain_code(one.code),
            "prefix": "" if one.code else one.prefix,
            "contact": one.contact_id,
            "starts_on": one.starts_on.isoformat() if one.starts_on else None,
            "ends_on": one.ends_on.isoformat() if one.ends_on else None,
        }
        for one in batches
    ]


def _look_up(session: Session, receipts: Sequence[PromotedReceipt]) -> _Known:
    """The promotions that have a limit or need a coupon, and the coupons; locked in one order."""
    codes = {plain_code(code) for one in receipts for code in one.coupons}
    coupons = {one.code: one for one in find_coupons(session, codes)} if codes else {}
    wanted = {key for one in receipts for key in one.given}
    limited = session.scalars(
        select(Promotion)
        .where(
            Promotion.id.in_(wanted),
            or_(
                Promotion.needs_coupon,
                Promotion.max_uses.is_not(None),
                Promotion.max_uses_per_customer.is_not(None),
            ),
        )
        .order_by(Promotion.id)
    ).all()
    _lock(session, Promotion, [one.id for one in limited])
    _lock(session, Coupon, [one.id for one in coupons.values()])
    return _Known({one.id: one for one in limited}, coupons)


def _lock(session: Session, model: type[Promotion] | type[Coupon], ids: Collection[int]) -> None:
    if ids:
        wanted = select(model.id).where(model.id.in_(ids)).order_by(model.id)
        session.execute(wanted.with_for_update(key_share=True))


def _use(session: Session, receipt: PromotedReceipt, known: _Known) -> bool:
    """Whether everything was as it should be."""
    shown = {
        coupon.batch.promotion_id: coupon
        for code in receipt.coupons
        if (coupon := known.coupons.get(plain_code(code))) is not None
    }
    sound = True
    for promotion_id in sorted(receipt.given):
        promotion, coupon = known.promotions.get(promotion_id), shown.get(promotion_id)
        amount = receipt.given[promotion_id]
        if promotion is None or amount <= 0:
            continue
        good = _is_good(session, promotion, coupon, receipt)
        values = {
            "promotion_id": promotion_id,
            "coupon_id": None if coupon is None else coupon.id,
            "receipt": receipt.number,
            "contact_id": receipt.contact_id,
            "used_on": receipt.day,
            "currency": receipt.currency,
            "amount": amount,
        }
        sound = _note(session, values, beyond=not good) and sound
    return sound


def _is_good(
    session: Session, promotion: Promotion, coupon: Coupon | None, receipt: PromotedReceipt
) -> bool:
    if coupon is None:
        return not promotion.needs_coupon
    try:
        require_good(session, coupon, receipt.contact_id, receipt.day)
    except InvalidInput:
        return False
    return True


def _note(session: Session, values: Mapping[str, Any], *, beyond: bool) -> bool:
    """Write the use down; as one beyond the limit where there is none left. Says whether it was
    within."""
    if not beyond:
        try:
            with savepoint(session):
                session.execute(insert(PromotionUse).values(values))
            return True
        except IntegrityError as error:
            broken = getattr(getattr(error.orig, "diag", None), "constraint_name", "")
            if broken not in USED_UP:
                raise
    session.execute(insert(PromotionUse).values({**values, "beyond": True}))
    return False
