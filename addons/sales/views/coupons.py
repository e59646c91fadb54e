"""Coupons and their batches. Whoever sees a code can use it, so they are for whoever makes them."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.sales.models import BATCH_KINDS, Coupon, CouponBatch
from addons.sales.permissions import EDIT_PROMOTIONS
from addons.sales.services.coupons import batches
from addons.sales.services.coupons.codes import shown_code
from core.api import (
    Access,
    Action,
    Column,
    Duplicate,
    Field,
    Filter,
    Operations,
    Print,
    Resource,
    Section,
    msg,
    phrase,
)


def _block(session: Session, coupon: Coupon) -> str:
    coupon.blocked = True
    session.flush()
    return phrase("{code} no longer works.", code=shown_code(coupon.code))


def _unblock(session: Session, coupon: Coupon) -> str:
    coupon.blocked = False
    session.flush()
    return phrase("{code} works again.", code=shown_code(coupon.code))


COUPON_BATCHES: Final = Resource(
    name="coupon-batches",
    model=CouponBatch,
    title=msg("Batches of coupons"),
    singular=msg("Batch of coupons"),
    help=msg("Codes that open a promotion: many that work once, or one for many."),
    access=Access(EDIT_PROMOTIONS, EDIT_PROMOTIONS, EDIT_PROMOTIONS, EDIT_PROMOTIONS),
    columns=(
        Column("name", msg("Name")),
        Column("promotion.name", msg("Promotion")),
        Column("kind", msg("Kind"), choices=BATCH_KINDS),
        Column("size", msg("Codes")),
        Column("code", msg("Code")),
        Column("ends_on", msg("Until")),
        Column("active", msg("Active")),
    ),
    record_title=lambda batch: batch.name,
    search=("name", "code", "note"),
    filters=(
        Filter("promotion_id", msg("Promotion"), reference="sales.promotions"),
        Filter("kind", msg("Kind"), choices=BATCH_KINDS),
        Filter("contact_id", msg("Customer"), reference="contacts.contacts"),
        Filter("active", msg("Active")),
        Filter("ends_on", msg("Until")),
    ),
    order=("-id",),
    form=(
        Section(
            msg("Coupons"),
            (
                Field("name", msg("Name")),
                Field("promotion_id", msg("Promotion"), reference="sales.promotions"),
                Field("kind", msg("Kind"), choices=BATCH_KINDS),
                Field(
                    "size",
                    msg("How many codes"),
                    required=False,
                    help=msg("More can be made later."),
                ),
                Field(
                    "prefix",
                    msg("Codes begin with"),
                    required=False,
                    help=msg("What follows is random, and its last character finds mistakes."),
                ),
                Field(
                    "code",
                    msg("The one code"),
                    required=False,
                    help=msg("Of a code for many, such as RAMADAN26."),
                ),
                Field("active", msg("Active")),
            ),
        ),
        Section(
            msg("For whom, and how long"),
            (
                Field("contact_id", msg("Only for"), reference="contacts.contacts"),
                Field("starts_on", msg("From")),
                Field("ends_on", msg("Until")),
                Field(
                    "max_uses",
                    msg("Documents in all, at the most"),
                    help=msg("Of a code for many; the others work once."),
                ),
                Field("max_uses_per_customer", msg("Documents of a customer, at the most")),
                Field("note", msg("Note"), widget="multiline", required=False),
            ),
        ),
    ),
    operations=Operations(batches.create_batch, batches.update_batch, batches.delete_batch),
    duplicate=Duplicate(leave_out=("name", "code")),
)

COUPONS: Final = Resource(
    name="coupons",
    model=Coupon,
    title=msg("Coupons"),
    singular=msg("Coupon"),
    help=msg("The codes of batches: export them for the printer, or print them as labels."),
    access=Access(EDIT_PROMOTIONS),
    columns=(
        Column("code", msg("Code")),
        Column("batch.name", msg("Batch")),
        Column("batch.promotion.name", msg("Promotion")),
        Column("batch.ends_on", msg("Until")),
        Column("blocked", msg("Blocked")),
    ),
    record_title=lambda coupon: shown_code(coupon.code),
    search=("code",),
    filters=(
        Filter("batch_id", msg("Batch"), reference="sales.coupon-batches"),
        Filter("blocked", msg("Blocked")),
    ),
    order=("id",),
    actions=(
        Action(
            "block",
            msg("Block"),
            EDIT_PROMOTIONS,
            _block,
            when=lambda coupon: not coupon.blocked,
            style="danger",
            bulk=True,
        ),
        Action(
            "unblock",
            msg("Let it work again"),
            EDIT_PROMOTIONS,
            _unblock,
            when=lambda coupon: coupon.blocked,
            bulk=True,
        ),
    ),
    prints=(Print("label", msg("Label"), kind="label", fields=("batch.name",), barcode="code"),),
    discussed=False,
    customizable=False,
)
