"""Batches of coupons: made with their codes, made larger, not changed under those who hold them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from addons.sales.models import Coupon, CouponBatch, Promotion, PromotionUse
from addons.sales.services.coupons.codes import new_code, plain_code
from core.api import Conflict, InvalidInput, announce, phrase

FIELDS: Final = (
    "name",
    "promotion_id",
    "kind",
    "size",
    "contact_id",
    "max_uses",
    "max_uses_per_customer",
    "starts_on",
    "ends_on",
    "active",
    "note",
)
_NULLABLE: Final = frozenset(
    {"contact_id", "max_uses", "max_uses_per_customer", "starts_on", "ends_on"}
)
_FIXED: Final = ("promotion_id", "kind", "prefix", "code")
"""What is printed on the coupons, or follows from it."""
MOST: Final = 100_000
_CODE: Final = re.compile(r"[0-9A-Z]{3,40}")
_INSERT: Final = text("""
INSERT INTO sales.coupon (batch_id, code) SELECT :batch_id, unnest(CAST(:codes AS text[]))
ON CONFLICT (code) DO NOTHING
""")


def create_batch(session: Session, values: Mapping[str, Any]) -> CouponBatch:
    """A batch with its codes. Raises InvalidInput, naming the field, for a code that is taken and
    for a promotion that holds without a coupon."""
    batch = CouponBatch(kind="single", size=1, prefix="", code="", active=True, note="")
    batch.prefix = plain_code(values.get("prefix") or "")
    batch.code = plain_code(values.get("code") or "")
    _write(session, batch, values)
    session.add(batch)
    session.flush()
    if batch.kind == "shared":
        session.add(Coupon(batch_id=batch.id, code=batch.code, blocked=False))
        session.flush()
    else:
        _make_codes(session, batch, batch.size)
    return batch


def update_batch(session: Session, batch: CouponBatch, values: Mapping[str, Any]) -> CouponBatch:
    """Change until when, for whom and how often a batch works, or make it larger. Raises Conflict
    for another promotion, kind or code, and for a smaller one."""
    for name in _FIXED:
        sent = values.get(name)
        if sent is None:
            continue
        wanted = plain_code(sent) if name in ("prefix", "code") else sent
        if wanted != getattr(batch, name):
            raise Conflict(
                phrase("The coupons of “{name}” are out already.", name=batch.name),
                fix=phrase("Make another batch, and let this one rest."),
            )
    before = batch.size
    if (values.get("size") or before) < before:
        raise Conflict(
            phrase("There are {size} codes already.", size=before),
            fix=phrase("Block those that shall not work."),
        )
    _write(session, batch, values)
    session.flush()
    if batch.kind == "single" and batch.size > before:
        _make_codes(session, batch, batch.size - before)
    return batch


def delete_batch(session: Session, batch: CouponBatch) -> None:
    """Delete a batch of which no code was used; raises Conflict for others."""
    used = select(PromotionUse.id).join(Coupon, Coupon.id == PromotionUse.coupon_id)
    if session.scalar(used.where(Coupon.batch_id == batch.id).limit(1)) is not None:
        raise Conflict(
            phrase("Coupons of “{name}” were used.", name=batch.name),
            fix=phrase("Make it inactive: no code of it works then."),
        )
    session.delete(batch)
    session.flush()


def uses_of(session: Session, batch: CouponBatch) -> int:
    """How often coupons of a batch were used and not given back."""
    return session.scalars(
        select(func.count())
        .select_from(PromotionUse)
        .join(Coupon, Coupon.id == PromotionUse.coupon_id)
        .where(Coupon.batch_id == batch.id, ~PromotionUse.given_back)
    ).one()


def _write(session: Session, batch: CouponBatch, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in values and (values[name] is not None or name in _NULLABLE):
            setattr(batch, name, values[name])
    batch.name = (batch.name or "").strip()
    if not batch.name:
        raise InvalidInput.of("name", phrase("Give the batch a name."))
    promotion = session.get(Promotion, batch.promotion_id or 0)
    if promotion is None:
        raise InvalidInput.of("promotion_id", phrase("Choose a promotion."))
    if not promotion.needs_coupon:
        raise InvalidInput.of(
            "promotion_id",
            phrase("“{name}” holds without a coupon.", name=promotion.name),
            fix=phrase("Tick there that it needs one, or choose another promotion."),
        )
    _require_codes(session, batch)
    if batch.starts_on and batch.ends_on and batch.ends_on < batch.starts_on:
        raise InvalidInput.of("ends_on", phrase("It ends before it begins."))
    for name in ("max_uses", "max_uses_per_customer"):
        limit = getattr(batch, name)
        if limit is not None and not 0 < limit < 2**31:
            raise InvalidInput.of(name, phrase("A limit is more than nothing."))


def _require_codes(session: Session, batch: CouponBatch) -> None:
    if batch.kind == "single":
        if not 1 <= batch.size <= MOST:
            raise InvalidInput.of("size", phrase("A batch has up to 100,000 codes."))
        if len(batch.prefix) > 8:
            raise InvalidInput.of("prefix", phrase("A beginning has eight characters at the most."))
        if batch.max_uses is not None:
            raise InvalidInput.of("max_uses", phrase("Each of these codes works once."))
        batch.code = ""
        return
    batch.size, batch.prefix = 1, ""
    if _CODE.fullmatch(batch.code) is None:
        raise InvalidInput.of("code", phrase("A code has 3 to 40 letters and figures."))
    if batch.id is None:
        taken = select(Coupon.id).where(Coupon.code == batch.code)
        if session.scalar(taken) is not None:
            raise InvalidInput.of("code", phrase("The code {code} is taken.", code=batch.code))


def _make_codes(session: Session, batch: CouponBatch, wanted: int) -> None:
    """Make so many codes; one that there is already, which chance hardly ever makes, anew."""
    while wanted > 0:
        codes = list({new_code(batch.prefix) for _ in range(wanted)})
        made = session.execute(_INSERT, {"batch_id": batch.id, "codes": codes})
        wanted -= made.rowcount  # type: ignore[attr-defined]
    announce(session, "sales.coupons")
