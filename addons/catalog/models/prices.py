"""Price lists: for whom each holds, its rules, and what things cost where no stock is kept.

Two columns are written by the database: `PriceListParty.party` says for whom in one word
("contact:7", "group:3", "all") and `PriceRule.target` for what ("product:12", "category:4",
"all"). By them rules are found, and by them the database sees to it that no two overlap.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.catalog.models.products import Product, Template
from addons.catalog.models.sorting import Brand, Category
from addons.catalog.models.units import Unit
from core.api import Model, Record, msg

METHODS: Final[tuple[tuple[str, str], ...]] = (
    ("fixed", msg("Fixed price")),
    ("discount", msg("Percent off")),
    ("markup", msg("Cost plus percent")),
    ("margin", msg("Cost at a margin")),
)
ROUNDINGS: Final[tuple[tuple[str, str], ...]] = (
    ("nearest", msg("To the nearest")),
    ("up", msg("Up")),
    ("down", msg("Down")),
)
PARTY: Final = (
    "CASE WHEN contact_id IS NOT NULL THEN 'contact:' || contact_id"
    " WHEN group_id IS NOT NULL THEN 'group:' || group_id ELSE 'all' END"
)
TARGET: Final = (
    "CASE WHEN product_id IS NOT NULL THEN 'product:' || product_id"
    " WHEN template_id IS NOT NULL THEN 'template:' || template_id"
    " WHEN category_id IS NOT NULL THEN 'category:' || category_id"
    " WHEN brand_id IS NOT NULL THEN 'brand:' || brand_id ELSE 'all' END"
)


class PriceList(Record, Model):
    """A price list in one currency. With `shows_discount` a customer sees the full price and the
    discount beside it; `digits` are the decimals of its prices, those of the currency if None."""

    __tablename__ = "price_list"

    name: Mapped[str] = mapped_column(unique=True)
    currency: Mapped[str]
    shows_discount: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    digits: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    # By the id alone: currency and state follow the list, and may just be changing.
    parties: Mapped[list[PriceListParty]] = relationship(
        back_populates="price_list",
        primaryjoin="PriceList.id == foreign(PriceListParty.list_id)",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="PriceListParty.id",
    )

    __table_args__ = (
        # What the parties refer to: at the commit they know currency and state of their list.
        UniqueConstraint("id", "currency", "active"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("digits BETWEEN 0 AND 6", name="digits"),
        {"schema": "catalog"},
    )


class PriceListParty(Record, Model):
    """For whom a list holds, and when: a contact, a group of contacts, or with neither everybody.
    Of one currency there is one list at most for each of them on a day (an exclusion constraint
    in the migration)."""

    __tablename__ = "price_list_party"

    list_id: Mapped[int]
    currency: Mapped[str]
    active: Mapped[bool]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact_group.id"))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    party: Mapped[str] = mapped_column(Computed(PARTY, persisted=True))

    price_list: Mapped[PriceList] = relationship(
        back_populates="parties", primaryjoin="PriceList.id == foreign(PriceListParty.list_id)"
    )

    __table_args__ = (
        ForeignKeyConstraint(
            ["list_id", "currency", "active"],
            ["catalog.price_list.id", "catalog.price_list.currency", "catalog.price_list.active"],
            ondelete="CASCADE",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("contact_id IS NULL OR group_id IS NULL", name="one"),
        CheckConstraint("valid_from <= valid_until", name="days"),
        Index("ix_price_list_party_list_id_currency_active", "list_id", "currency", "active"),
        Index("ix_price_list_party_party", "party"),
        Index("ix_price_list_party_contact_id", "contact_id"),
        Index("ix_price_list_party_group_id", "group_id"),
        {"schema": "catalog"},
    )


class PriceRule(Record, Model):
    """A price of a list: for what, from which quantity, when, and how it comes about.

    At most one of product, template, category and brand is named; without any it is for all. With
    a unit it is for quantities in that unit alone, and `min_quantity` and a fixed price are in it;
    otherwise they are in the stock unit. `percent` is taken off the base, or added to the cost, or
    the margin that the price leaves; `surcharge` is added then. Rounding makes it end in `ending`
    after whole steps: step 1 and ending 0.95 give 12.95. The base of a percentage off is the
    product's sale price, or what another list says.
    """

    __tablename__ = "price_rule"

    list_id: Mapped[int] = mapped_column(ForeignKey("catalog.price_list.id", ondelete="CASCADE"))
    product_id: Mapped[int | None] = mapped_column(
        ForeignKey("catalog.product.id", ondelete="CASCADE")
    )
    template_id: Mapped[int | None] = mapped_column(
        ForeignKey("catalog.template.id", ondelete="CASCADE")
    )
    category_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.category.id"))
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.brand.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.unit.id"))
    min_quantity: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    method: Mapped[str] = mapped_column(default="fixed", server_default="fixed")
    amount: Mapped[Decimal | None]
    percent: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    base_list_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.price_list.id"))
    surcharge: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    rounding_step: Mapped[Decimal | None]
    rounding_ending: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    rounding: Mapped[str] = mapped_column(default="nearest", server_default="nearest")
    note: Mapped[str] = mapped_column(default="", server_default="")
    target: Mapped[str] = mapped_column(Computed(TARGET, persisted=True))

    price_list: Mapped[PriceList] = relationship(foreign_keys=[list_id])
    base_list: Mapped[PriceList | None] = relationship(foreign_keys=[base_list_id])
    product: Mapped[Product | None] = relationship()
    template: Mapped[Template | None] = relationship()
    category: Mapped[Category | None] = relationship()
    brand: Mapped[Brand | None] = relationship()
    unit: Mapped[Unit | None] = relationship()

    __table_args__ = (
        CheckConstraint("num_nonnulls(product_id, template_id, category_id, brand_id) <= 1",
                        name="one_target"),
        CheckConstraint("min_quantity >= 0", name="min_quantity"),
        CheckConstraint("valid_from <= valid_until", name="days"),
        CheckConstraint("method IN ('fixed', 'discount', 'markup', 'margin')", name="method"),
        CheckConstraint("(method = 'fixed') = (amount IS NOT NULL)", name="amount"),
        CheckConstraint("amount >= 0", name="amount_sign"),
        CheckConstraint("method <> 'margin' OR percent < 100", name="margin"),
        CheckConstraint("method <> 'discount' OR percent <= 100", name="discount"),
        CheckConstraint("base_list_id IS NULL OR method = 'discount'", name="base"),
        CheckConstraint("base_list_id <> list_id", name="own_base"),
        CheckConstraint("rounding_step > 0", name="rounding_step"),
        CheckConstraint("rounding_ending >= 0", name="rounding_ending"),
        CheckConstraint("rounding IN ('nearest', 'up', 'down')", name="rounding"),
        Index("ix_price_rule_list_id_target", "list_id", "target"),
        Index("ix_price_rule_product_id", "product_id"),
        Index("ix_price_rule_template_id", "template_id"),
        Index("ix_price_rule_category_id", "category_id"),
        Index("ix_price_rule_brand_id", "brand_id"),
        Index("ix_price_rule_base_list_id", "base_list_id",
              postgresql_where=text("base_list_id IS NOT NULL")),
        # The way from a list to those it is based on, without a look at all its rules.
        Index("ix_price_rule_based", "list_id",
              postgresql_where=text("base_list_id IS NOT NULL")),
        Index(
            "uq_price_rule_always",
            "list_id", "target", text("coalesce(unit_id, 0)"), "min_quantity",
            unique=True,
            postgresql_where=text("valid_from IS NULL AND valid_until IS NULL"),
        ),
        {"schema": "catalog"},
    )  # fmt: skip


class KnownCost(Record, Model):
    """What a stock unit of a product costs, as somebody wrote it down, in the company's currency:
    for margins where no stock is kept, and for services."""

    __tablename__ = "known_cost"

    product_id: Mapped[int] = mapped_column(
        ForeignKey("catalog.product.id", ondelete="CASCADE"), unique=True
    )
    cost: Mapped[Decimal]

    product: Mapped[Product] = relationship()

    __table_args__ = (CheckConstraint("cost >= 0", name="cost"), {"schema": "catalog"})
