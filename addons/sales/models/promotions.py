"""Promotions: what they give, on what and to whom; what they gave on documents, and how often they
were used.

A promotion that gave something stays: it can rest, and is never deleted.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.sales.models.figures import VIEW
from core.api import Model, Record, msg

Titles = tuple[tuple[str, str], ...]
PROMOTION_KINDS: Final[Titles] = (
    ("percent", msg("Percentage")),
    ("amount", msg("Amount")),
    ("buy_get", msg("Buy some, get some")),
    ("bundle", msg("Together at a price")),
    ("gift", msg("Free product")),
)
STACKINGS: Final[Titles] = (
    ("any", msg("With others")),
    ("lines", msg("No other on the same line")),
    ("alone", msg("No other at all")),
)
TARGET_USES: Final[Titles] = (
    ("counts", msg("Is bought")),
    ("gives", msg("Gets cheaper")),
    ("except", msg("Is left out")),
)
ZERO: Final = Decimal(0)
_ON: Final = text("true")
_OFF: Final = text("false")


class Promotion(Record, Model):
    """A promotion. Empty conditions hold for everything; hours are those where the company is, and
    may go over midnight. Amounts are in `currency`, or the company's."""

    __tablename__ = "promotion"

    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default="percent", server_default="percent")
    priority: Mapped[int] = mapped_column(Integer, default=10, server_default="10")
    stacking: Mapped[str] = mapped_column(default="any", server_default="any")
    active: Mapped[bool] = mapped_column(default=True, server_default=_ON)
    currency: Mapped[str | None]
    starts_on: Mapped[datetime.date | None]
    ends_on: Mapped[datetime.date | None]
    monday: Mapped[bool] = mapped_column(default=True, server_default=_ON)
    tuesday: Mapped[bool] = mapped_column(default=True, server_default=_ON)
    wednesday: Mapped[bool] = mapped_column(default=True, server_default=_ON)
    thursday: Mapped[bool] = mapped_column(default=True, server_default=_ON)
    friday: Mapped[bool] = mapped_column(default=True, server_default=_ON)
    saturday: Mapped[bool] = mapped_column(default=True, server_default=_ON)
    sunday: Mapped[bool] = mapped_column(default=True, server_default=_ON)
    from_time: Mapped[datetime.time | None]
    until_time: Mapped[datetime.time | None]
    needs_coupon: Mapped[bool] = mapped_column(default=False, server_default=_OFF)
    repeats: Mapped[bool] = mapped_column(default=False, server_default=_OFF)
    max_times: Mapped[int | None] = mapped_column(Integer)
    max_discount: Mapped[Decimal | None]
    max_uses: Mapped[int | None] = mapped_column(Integer)
    max_uses_per_customer: Mapped[int | None] = mapped_column(Integer)
    skips_discounted: Mapped[bool] = mapped_column(default=False, server_default=_OFF)
    note: Mapped[str] = mapped_column(default="", server_default="")

    tiers: Mapped[list[PromotionTier]] = relationship(
        cascade="all, delete-orphan",
        order_by="PromotionTier.position, PromotionTier.id",
        passive_deletes=True,
    )
    targets: Mapped[list[PromotionTarget]] = relationship(
        cascade="all, delete-orphan",
        order_by="PromotionTarget.position, PromotionTarget.id",
        passive_deletes=True,
    )
    parties: Mapped[list[PromotionParty]] = relationship(
        cascade="all, delete-orphan", order_by="PromotionParty.id", passive_deletes=True
    )

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("kind IN ('percent', 'amount', 'buy_get', 'bundle', 'gift')", name="kind"),
        CheckConstraint("stacking IN ('any', 'lines', 'alone')", name="stacking"),
        CheckConstraint("priority BETWEEN 0 AND 10000", name="priority"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("starts_on <= ends_on", name="days"),
        CheckConstraint(
            "monday OR tuesday OR wednesday OR thursday OR friday OR saturday OR sunday",
            name="weekdays",
        ),
        CheckConstraint("from_time <> until_time", name="hours"),
        CheckConstraint("max_times > 0", name="max_times"),
        CheckConstraint("max_discount > 0", name="max_discount"),
        CheckConstraint("max_uses > 0", name="max_uses"),
        CheckConstraint("max_uses_per_customer > 0", name="max_uses_per_customer"),
        {"schema": "sales", "info": {"stamped": True}},
    )


class PromotionTier(Model):
    """What a promotion gives from a quantity and an amount on: a percentage; an amount, which is
    the price of a bundle; so many pieces, of `product_id` where it is a gift. Pieces without a
    percentage are free."""

    __tablename__ = "promotion_tier"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    promotion_id: Mapped[int] = mapped_column(
        ForeignKey("sales.promotion.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    min_quantity: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    min_amount: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    percent: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    amount: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    get_quantity: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"), index=True)

    __table_args__ = (
        CheckConstraint("min_quantity >= 0 AND min_quantity < 1e12", name="min_quantity"),
        CheckConstraint("min_amount >= 0 AND min_amount < 1e15", name="min_amount"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("amount >= 0 AND amount < 1e15", name="amount"),
        CheckConstraint("get_quantity >= 0 AND get_quantity < 1e12", name="get_quantity"),
        {"schema": "sales"},
    )


class PromotionTarget(Model):
    """What a promotion is about: a product, or all of a category or brand. Of a bundle, so many."""

    __tablename__ = "promotion_target"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    promotion_id: Mapped[int] = mapped_column(
        ForeignKey("sales.promotion.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    use: Mapped[str] = mapped_column(default="counts", server_default="counts")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.category.id"), index=True)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.brand.id"), index=True)
    quantity: Mapped[Decimal] = mapped_column(default=Decimal(1), server_default="1")

    __table_args__ = (
        CheckConstraint("use IN ('counts', 'gives', 'except')", name="use"),
        CheckConstraint("num_nonnulls(product_id, category_id, brand_id) = 1", name="one"),
        CheckConstraint("quantity > 0 AND quantity < 1e12", name="quantity"),
        {"schema": "sales"},
    )


class PromotionParty(Model):
    """For whom a promotion is: a customer or a group of them; or which price list prices must come
    from."""

    __tablename__ = "promotion_party"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    promotion_id: Mapped[int] = mapped_column(
        ForeignKey("sales.promotion.id", ondelete="CASCADE"), index=True
    )
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.contact_group.id"), index=True
    )
    price_list_id: Mapped[int | None] = mapped_column(
        ForeignKey("catalog.price_list.id"), index=True
    )

    __table_args__ = (
        CheckConstraint("num_nonnulls(contact_id, group_id, price_list_id) = 1", name="one"),
        {"schema": "sales"},
    )


class PromotionGrant(Model):
    """What a promotion takes off a line of an order, or of an invoice written by hand, and for how
    many stock units. The grants of a line sum to its `promotion_discount`."""

    __tablename__ = "promotion_grant"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("sales.promotion.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.sales_order.id", ondelete="CASCADE"), index=True
    )
    order_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.order_line.id", ondelete="CASCADE"), index=True
    )
    invoice_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.invoice.id", ondelete="CASCADE"), index=True
    )
    invoice_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.invoice_line.id", ondelete="CASCADE"), index=True
    )
    amount: Mapped[Decimal]
    quantity: Mapped[Decimal]

    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint(
            "num_nonnulls(order_id, order_line_id) IN (0, 2)"
            " AND num_nonnulls(order_id, invoice_id) = 1"
            " AND num_nonnulls(invoice_id, invoice_line_id) IN (0, 2)",
            name="document",
        ),
        {"schema": "sales", "info": {"audit": "none"}},
    )


class PromotionStory(Model):
    """What was decided about a document's promotions when it was last worked out: each of them,
    and why it did or did not give anything."""

    __tablename__ = "promotion_story"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    order_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.sales_order.id", ondelete="CASCADE"), unique=True
    )
    invoice_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.invoice.id", ondelete="CASCADE"), unique=True
    )
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (
        CheckConstraint("num_nonnulls(order_id, invoice_id) = 1", name="document"),
        {"schema": "sales", "info": {"audit": "none"}},
    )


class PromotionUse(Record, Model):
    """A document made use of a promotion, perhaps by a coupon. It is never deleted: the use is
    given back where the order is cancelled. At a till it is a `receipt`, and `beyond` where it used
    more than there was."""

    __tablename__ = "promotion_use"

    promotion_id: Mapped[int] = mapped_column(ForeignKey("sales.promotion.id"), index=True)
    coupon_id: Mapped[int | None] = mapped_column(ForeignKey("sales.coupon.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales.sales_order.id"), index=True)
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("sales.invoice.id"), index=True)
    receipt: Mapped[str] = mapped_column(default="", server_default="")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    used_on: Mapped[datetime.date]
    currency: Mapped[str]
    amount: Mapped[Decimal]
    beyond: Mapped[bool] = mapped_column(default=False, server_default=_OFF)
    given_back: Mapped[bool] = mapped_column(default=False, server_default=_OFF)

    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(order_id, invoice_id, nullif(receipt, '')) = 1"
            " AND (receipt <> '' OR (contact_id IS NOT NULL AND NOT beyond))",
            name="document",
        ),
        CheckConstraint("amount > 0", name="amount"),
        Index(
            "uq_promotion_use_order",
            "order_id",
            "promotion_id",
            unique=True,
            postgresql_where=text("NOT given_back AND order_id IS NOT NULL"),
        ),
        Index(
            "uq_promotion_use_invoice",
            "invoice_id",
            "promotion_id",
            unique=True,
            postgresql_where=text("NOT given_back AND invoice_id IS NOT NULL"),
        ),
        Index(
            "uq_promotion_use_receipt",
            "receipt",
            "promotion_id",
            unique=True,
            postgresql_where=text("receipt <> ''"),
        ),
        Index(
            "ix_promotion_use_open",
            "promotion_id",
            "contact_id",
            postgresql_where=text("NOT given_back"),
        ),
        {
            "schema": "sales",
            "info": {"runtime": "SELECT, INSERT, UPDATE", "audit": "changes"},
        },
    )


class PromotedLine(Model):
    """What a promotion gave on a line of a binding order or a posted invoice, and what that line
    came to after all its discounts; a line with two promotions is here twice."""

    __tablename__ = "promoted_line"
    __table_args__ = (VIEW,)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("sales.promotion.id"))
    promotion: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales.sales_order.id"))
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("sales.invoice.id"))
    number: Mapped[str]
    day: Mapped[datetime.date]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"))
    contact_name: Mapped[str]
    salesperson_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("core.team.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"))
    sku: Mapped[str]
    description: Mapped[str]
    quantity: Mapped[Decimal]
    currency: Mapped[str]
    given: Mapped[Decimal]
    net: Mapped[Decimal]
