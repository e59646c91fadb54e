"""What the coupons that a customer shows are worth: found by their codes, and good or not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from addons.contacts.api import affiliations
from addons.sales.models import Coupon, CouponBatch, PromotionUse
from addons.sales.services.coupons.codes import RANDOM, is_well_formed, shown_code, typed_codes
from core.api import Conflict, InvalidInput, phrase

FIELD: Final = "coupon_codes"
_WHOLE: Final = joinedload(Coupon.batch).joinedload(CouponBatch.promotion)


@dataclass(frozen=True, slots=True)
class Shown:
    """A coupon that is good, and the promotion that it opens."""

    coupon_id: int
    promotion_id: int
    promotion: str
    code: str


def show_coupons(session: Session, text: str, contact_id: int | None, day: date) -> list[Shown]:
    """The coupons with the codes in a text, for this customer on this day. Raises InvalidInput for
    a code that there is not, is mistyped, ended, blocked, somebody else's, or used; and for two
    that open the same promotion."""
    codes = typed_codes(text)
    if not codes:
        return []
    found = {coupon.code: coupon for coupon in find_coupons(session, codes)}
    shown: list[Shown] = []
    for code in codes:
        coupon = found.get(code)
        if coupon is None:
            raise _unknown(code)
        require_good(session, coupon, contact_id, day)
        batch = coupon.batch
        if any(one.promotion_id == batch.promotion_id for one in shown):
            raise InvalidInput.of(
                FIELD, phrase("Of the same promotion, one coupon counts."), fix=_take_out()
            )
        _require_left(session, coupon, contact_id)
        shown.append(Shown(coupon.id, batch.promotion_id, batch.promotion.name, code))
    return shown


def find_coupons(session: Session, codes: Collection[str]) -> Sequence[Coupon]:
    """The coupons with these codes, with their batches and promotions."""
    return session.scalars(select(Coupon).where(Coupon.code.in_(codes)).options(_WHOLE)).all()


def _take_out() -> str:
    return phrase("Take the code out.")


def _unknown(code: str) -> InvalidInput:
    if len(code) >= RANDOM + 1 and not is_well_formed(code[-RANDOM - 1 :]):
        said = phrase("{code} is mistyped: a character is wrong.", code=shown_code(code))
        return InvalidInput.of(FIELD, said, fix=phrase("Compare it with the coupon."))
    said = phrase("There is no coupon {code}.", code=code)
    return InvalidInput.of(FIELD, said, fix=_take_out())


def _is_for(session: Session, wanted: int, contact_id: int | None) -> bool:
    """Whether a contact is the one for whom a batch is, or works there."""
    found = affiliations(session, [contact_id]).get(contact_id or 0)
    return found is not None and wanted in (found.contact_id, found.company_id)


def require_good(session: Session, coupon: Coupon, contact_id: int | None, day: date) -> None:
    """Raise InvalidInput for a coupon that does not hold for this customer on this day, whether or
    not it was used."""
    batch = coupon.batch
    ended = batch.ends_on is not None and day > batch.ends_on
    early = batch.starts_on is not None and day < batch.starts_on
    if coupon.blocked or not batch.active or not batch.promotion.active:
        said = phrase("Coupon {code} no longer holds.", code=coupon.code)
    elif ended:
        said = phrase("Coupon {code} ended on {day}.", code=coupon.code, day=batch.ends_on)
    elif early:
        said = phrase("Coupon {code} begins on {day}.", code=coupon.code, day=batch.starts_on)
    elif batch.contact_id is not None and not _is_for(session, batch.contact_id, contact_id):
        said = phrase("Coupon {code} is somebody else's.", code=coupon.code)
    else:
        return
    raise InvalidInput.of(FIELD, said, fix=_take_out())


def _require_left(session: Session, coupon: Coupon, contact_id: int | None) -> None:
    batch = coupon.batch
    most = 1 if batch.kind == "single" else batch.max_uses
    if most is None and batch.max_uses_per_customer is None:
        return
    of_coupon = func.count().filter(PromotionUse.coupon_id == coupon.id)
    of_customer = func.count().filter(PromotionUse.contact_id == contact_id)
    uses, own = session.execute(
        select(of_coupon, of_customer)
        .join(Coupon, Coupon.id == PromotionUse.coupon_id)
        .where(Coupon.batch_id == batch.id, ~PromotionUse.given_back)
    ).one()
    if most is not None and uses >= most:
        raise InvalidInput.of(
            FIELD, phrase("Coupon {code} was used already.", code=coupon.code), fix=_take_out()
        )
    if batch.max_uses_per_customer is not None and own >= batch.max_uses_per_customer:
        raise InvalidInput.of(
            FIELD,
            phrase("This customer used coupon {code} as often as it goes.", code=coupon.code),
            fix=_take_out(),
        )


def require_unblocked(coupon: Coupon) -> None:
    """Raise Conflict for a coupon that was taken out of use since it was shown."""
    if coupon.blocked or not coupon.batch.active:
        raise Conflict(phrase("Coupon {code} no longer holds.", code=coupon.code), fix=_take_out())
