"""Reorder rules, and the replenishments that were asked for by them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.inventory.models.locations import Warehouse
from addons.inventory.models.transfers import Transfer
from core.api import Model, Record, msg

REPLENISHED_FROM: Final[tuple[tuple[str, str], ...]] = (
    ("buy", msg("Buy")),
    ("warehouse", msg("From another warehouse")),
)
REPLENISHMENT_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("open", msg("Asked for")),
    ("done", msg("On its way")),
    ("dismissed", msg("Dismissed")),
)


class ReorderRule(Record, Model):
    """How much of a product a warehouse keeps: below `minimum`, order up to `maximum`, in whole
    multiples. `lead_days` is how long it takes to come."""

    __tablename__ = "reorder_rule"

    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("inventory.warehouse.id"), index=True)
    minimum: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    maximum: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    multiple: Mapped[Decimal] = mapped_column(default=Decimal(1), server_default=text("1"))
    lead_days: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    source: Mapped[str] = mapped_column(default="buy", server_default="buy")
    from_warehouse_id: Mapped[int | None] = mapped_column(
        ForeignKey("inventory.warehouse.id"), index=True
    )
    automatic: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    warehouse: Mapped[Warehouse] = relationship(foreign_keys=[warehouse_id])
    from_warehouse: Mapped[Warehouse | None] = relationship(foreign_keys=[from_warehouse_id])

    __table_args__ = (
        UniqueConstraint("product_id", "warehouse_id"),
        CheckConstraint("minimum >= 0", name="minimum"),
        CheckConstraint("maximum >= minimum", name="maximum"),
        CheckConstraint("multiple > 0", name="multiple"),
        CheckConstraint("lead_days BETWEEN 0 AND 3660", name="lead_days"),
        CheckConstraint("source IN ('buy', 'warehouse')", name="source"),
        CheckConstraint(
            "(source = 'warehouse') = (from_warehouse_id IS NOT NULL)", name="from_warehouse"
        ),
        CheckConstraint("from_warehouse_id <> warehouse_id", name="other_warehouse"),
        {"schema": "inventory"},
    )


class Replenishment(Record, Model):
    """A quantity that was asked for. Until it is expected by an order it counts as coming;
    `remaining` is what of it no order has taken up."""

    __tablename__ = "replenishment"

    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("inventory.warehouse.id"), index=True)
    quantity: Mapped[Decimal]
    remaining: Mapped[Decimal]
    needed_by: Mapped[dt.date]
    source: Mapped[str]
    state: Mapped[str] = mapped_column(default="open", server_default="open")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.transfer.id"), index=True)

    warehouse: Mapped[Warehouse] = relationship(foreign_keys=[warehouse_id])
    transfer: Mapped[Transfer | None] = relationship()

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("remaining BETWEEN 0 AND quantity", name="remaining"),
        CheckConstraint("source IN ('buy', 'warehouse')", name="source"),
        CheckConstraint("state IN ('open', 'done', 'dismissed')", name="state"),
        Index(
            "ix_replenishment_open",
            "product_id",
            "warehouse_id",
            postgresql_where=text("state = 'open'"),
        ),
        {"schema": "inventory"},
    )


MODELS: Final[tuple[type, ...]] = (ReorderRule, Replenishment)
