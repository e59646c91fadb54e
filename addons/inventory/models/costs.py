"""What goods cost: rules, pools of equal cost, what happened to each pool, and layers used up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record, msg

METHODS: Final[tuple[tuple[str, str], ...]] = (
    ("fifo", msg("First in, first out")),
    ("average", msg("Moving average")),
    ("standard", msg("Standard price")),
)
NEGATIVE_POLICIES: Final[tuple[tuple[str, str], ...]] = (
    ("forbid", msg("Forbid")),
    ("warn", msg("Warn")),
    ("allow", msg("Allow")),
)


class StockRule(Record, Model):
    """How goods of a category, or of one product, are valued, and whether their stock may become
    negative. What is empty is decided by the category above, and then by the options."""

    __tablename__ = "stock_rule"

    category_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.category.id"), unique=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"), unique=True)
    method: Mapped[str | None]
    per_lot: Mapped[bool | None]
    negative: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(category_id, product_id) = 1", name="subject"),
        CheckConstraint("method IN ('fifo', 'average', 'standard')", name="method"),
        CheckConstraint("negative IN ('forbid', 'warn', 'allow')", name="negative"),
        {"schema": "inventory", "info": {"stamped": True}},
    )


class CostPool(Model):
    """Goods that are valued together: those of a product, or of one lot of it.

    Whoever moves goods of a product locks the pool without a lot first, then those of its lots.
    `quantity`, `value` and `last_day` are kept by the database from the value lines;
    `standard` is the price of a stock unit by the standard method.
    """

    __tablename__ = "cost_pool"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.lot.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.category.id"), index=True)
    method: Mapped[str]
    standard: Mapped[Decimal] = mapped_column(server_default=text("0"))
    quantity: Mapped[Decimal] = mapped_column(server_default=text("0"))
    value: Mapped[Decimal] = mapped_column(server_default=text("0"))
    last_day: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("product_id", "lot_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("method IN ('fifo', 'average', 'standard')", name="method"),
        CheckConstraint("standard >= 0", name="standard"),
        {"schema": "inventory", "info": {"audit": "none"}},
    )


class CostEvent(Model):
    """Something that happened to a pool: goods came in or went out, a cost was added to goods that
    had come, the pool was revalued, or got another standard price or method. Or goods of the
    product passed through the company without ever being its stock ("direct", and back): that
    changes nothing of the pool.

    `quantity` is signed. `amount` is what was given: the cost of goods that came, the cost added,
    the value added, or the price. `role` is the other side's; goods that passed through have two,
    and `gone_as` is that of where they went. `layer_id` is the receipt that a cost goes onto, or
    that goods are taken from first. `value` is what it did to the stock's value so
    far; `left_quantity` and `left_value` are what is left of goods that came, or negative what is
    still to come of goods that went out of an empty stock. These three are kept by the database.
    """

    __tablename__ = "cost_event"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("inventory.cost_pool.id"))
    valuation_id: Mapped[int] = mapped_column(ForeignKey("inventory.valuation.id"), index=True)
    day: Mapped[date]
    kind: Mapped[str]
    move_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.move.id"))
    layer_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.cost_event.id"))
    quantity: Mapped[Decimal] = mapped_column(server_default=text("0"))
    amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    role: Mapped[str] = mapped_column(default="", server_default="")
    gone_as: Mapped[str] = mapped_column(default="", server_default="")
    method: Mapped[str] = mapped_column(default="", server_default="")
    value: Mapped[Decimal] = mapped_column(server_default=text("0"))
    left_quantity: Mapped[Decimal] = mapped_column(server_default=text("0"))
    left_value: Mapped[Decimal] = mapped_column(server_default=text("0"))

    __table_args__ = (
        CheckConstraint(
            "kind IN ('in', 'out', 'direct', 'direct_back', 'adjust', 'revalue', 'price',"
            " 'method')",
            name="kind",
        ),
        CheckConstraint(
            "(kind IN ('in', 'out', 'direct', 'direct_back')) = (move_id IS NOT NULL)", name="move"
        ),
        CheckConstraint(
            "(kind IN ('direct', 'direct_back')) = (gone_as <> '')"
            " AND (gone_as = '' OR quantity = 0 AND amount >= 0 AND role <> '')",
            name="direct",
        ),
        CheckConstraint(
            "left_quantity BETWEEN LEAST(quantity, 0) AND GREATEST(quantity, 0)", name="left"
        ),
        CheckConstraint("left_quantity <> 0 OR left_value = 0", name="left_value"),
        Index("ix_cost_event_pool_id", "pool_id", "day", "id"),
        Index(
            "uq_cost_event_move_id",
            "move_id",
            unique=True,
            postgresql_where=text("move_id IS NOT NULL"),
        ),
        Index("ix_cost_event_layer_id", "layer_id", postgresql_where=text("layer_id IS NOT NULL")),
        Index(
            "ix_cost_event_open",
            "pool_id",
            "day",
            "id",
            postgresql_where=text("left_quantity <> 0"),
        ),
        {"schema": "inventory", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )


class LayerUse(Model):
    """What an event gave to a layer or took from it: `quantity` and `value` are signed."""

    __tablename__ = "layer_use"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    layer_id: Mapped[int] = mapped_column(ForeignKey("inventory.cost_event.id"), index=True)
    cost_event_id: Mapped[int] = mapped_column(ForeignKey("inventory.cost_event.id"), index=True)
    valuation_id: Mapped[int] = mapped_column(ForeignKey("inventory.valuation.id"), index=True)
    quantity: Mapped[Decimal]
    value: Mapped[Decimal]

    __table_args__ = (
        {"schema": "inventory", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )


MODELS: Final[tuple[type, ...]] = (StockRule, CostPool, CostEvent, LayerUse)
