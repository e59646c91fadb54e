"""Coupons: codes that open a promotion, made in batches."""

from __future__ import annotations

import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.sales.models.promotions import Promotion
from core.api import Model, Record, msg

BATCH_KINDS: Final = (
    ("single", msg("Codes for one use each")),
    ("shared", msg("One code for many")),
)


class CouponBatch(Record, Model):
    """Coupons that were made together: `size` codes that begin with `prefix` and work once each,
    or the one `code` that many may use. With a contact they work for that customer alone."""

    __tablename__ = "coupon_batch"

    name: Mapped[str] = mapped_column(unique=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("sales.promotion.id"), index=True)
    kind: Mapped[str] = mapped_column(default="single", server_default="single")
    size: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    prefix: Mapped[str] = mapped_column(default="", server_default="")
    code: Mapped[str] = mapped_column(default="", server_default="")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    max_uses: Mapped[int | None] = mapped_column(Integer)
    max_uses_per_customer: Mapped[int | None] = mapped_column(Integer)
    starts_on: Mapped[datetime.date | None]
    ends_on: Mapped[datetime.date | None]
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    note: Mapped[str] = mapped_column(default="", server_default="")

    promotion: Mapped[Promotion] = relationship(viewonly=True)

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("kind IN ('single', 'shared')", name="kind"),
        CheckConstraint("size BETWEEN 1 AND 100000", name="size"),
        CheckConstraint("prefix ~ '^[0-9A-Z]{0,8}$'", name="prefix"),
        CheckConstraint("(kind = 'shared') = (code <> '')", name="code"),
        CheckConstraint("kind = 'shared' OR max_uses IS NULL", name="single"),
        CheckConstraint("max_uses > 0", name="max_uses"),
        CheckConstraint("max_uses_per_customer > 0", name="max_uses_per_customer"),
        CheckConstraint("starts_on <= ends_on", name="days"),
        {"schema": "sales"},
    )


class Coupon(Record, Model):
    """A code, spelled as it is looked for: letters and figures without blanks and hyphens."""

    __tablename__ = "coupon"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("sales.coupon_batch.id", ondelete="CASCADE"), index=True
    )
    code: Mapped[str] = mapped_column(unique=True)
    blocked: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    batch: Mapped[CouponBatch] = relationship(viewonly=True)

    __table_args__ = (
        CheckConstraint("code ~ '^[0-9A-Z]{3,40}$'", name="code"),
        {"schema": "sales", "info": {"audit": "changes"}},
    )
