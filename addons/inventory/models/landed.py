"""Costs that come after the goods: freight, customs, insurance; and what each receipt bears."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record, msg

SPLITS: Final[tuple[tuple[str, str], ...]] = (
    ("value", msg("By value")),
    ("quantity", msg("By quantity")),
    ("weight", msg("By weight")),
    ("volume", msg("By volume")),
    ("equally", msg("Equally")),
)
LANDED_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("draft", msg("Draft")),
    ("posted", msg("Posted")),
    ("undone", msg("Undone")),
)


class LandedCost(Record, Model):
    """Costs that go onto goods which were received, in the company's currency. `bill_id` and
    `bill_line_id` name the line of a bill that they come from."""

    __tablename__ = "landed_cost"

    number: Mapped[str | None] = mapped_column(unique=True)
    day: Mapped[date]
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    note: Mapped[str] = mapped_column(default="", server_default="")
    bill_id: Mapped[int | None]
    bill_line_id: Mapped[int | None]
    valuation_id: Mapped[int | None] = mapped_column(
        ForeignKey("inventory.valuation.id"), index=True
    )
    undo_valuation_id: Mapped[int | None] = mapped_column(
        ForeignKey("inventory.valuation.id"), index=True
    )

    lines: Mapped[list[LandedCostLine]] = relationship(
        back_populates="landed_cost", cascade="all, delete-orphan", order_by="LandedCostLine.id"
    )
    receipts: Mapped[list[LandedCostReceipt]] = relationship(
        back_populates="landed_cost",
        cascade="all, delete-orphan",
        order_by="LandedCostReceipt.id",
    )

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'posted', 'undone')", name="state"),
        CheckConstraint("state = 'draft' OR number IS NOT NULL", name="numbered"),
        Index(
            "uq_landed_cost_bill",
            "bill_id",
            "bill_line_id",
            unique=True,
            postgresql_where=text("bill_id IS NOT NULL"),
        ),
        {"schema": "inventory"},
    )

    @property
    def total(self) -> Decimal:
        """What all its lines cost together."""
        return sum((line.amount for line in self.lines), Decimal(0))


class LandedCostLine(Record, Model):
    """A cost, and how it is shared out over the goods of the receipts."""

    __tablename__ = "landed_cost_line"

    landed_cost_id: Mapped[int] = mapped_column(
        ForeignKey("inventory.landed_cost.id", ondelete="CASCADE"), index=True
    )
    label: Mapped[str]
    amount: Mapped[Decimal]
    split_by: Mapped[str] = mapped_column(default="value", server_default="value")

    landed_cost: Mapped[LandedCost] = relationship(back_populates="lines")

    __table_args__ = (
        CheckConstraint("amount <> 0 AND abs(amount) < 'Infinity'", name="amount"),
        CheckConstraint(
            "split_by IN ('value', 'quantity', 'weight', 'volume', 'equally')", name="split_by"
        ),
        {"schema": "inventory"},
    )


class LandedCostReceipt(Record, Model):
    """A receipt whose goods bear the costs, by its number; of one product of it, where that is
    named."""

    __tablename__ = "landed_cost_receipt"

    landed_cost_id: Mapped[int] = mapped_column(
        ForeignKey("inventory.landed_cost.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[str]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"), index=True)

    landed_cost: Mapped[LandedCost] = relationship(back_populates="receipts")

    __table_args__ = (CheckConstraint("number <> ''", name="number"), {"schema": "inventory"})


class LandedShare(Model):
    """What a receipt's goods bear of a landed cost. Rows are never changed."""

    __tablename__ = "landed_share"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    landed_cost_id: Mapped[int] = mapped_column(ForeignKey("inventory.landed_cost.id"), index=True)
    move_id: Mapped[int] = mapped_column(ForeignKey("inventory.move.id"), index=True)
    amount: Mapped[Decimal]

    __table_args__ = (
        {"schema": "inventory", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )


MODELS: Final[tuple[type, ...]] = (LandedCost, LandedCostLine, LandedCostReceipt, LandedShare)
