"""What suppliers billed of goods that were ordered, and the receipts that it was compared with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model

_ADDED_ONLY: Final = {"runtime": "SELECT, INSERT", "audit": "none"}


class BilledLine(Model):
    """A line of a bill, or, with negative amounts, of a debit note. `quantity` is in the stock
    unit, `amount` in the company's currency; one unit of `currency` was worth `rate`."""

    __tablename__ = "billed_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    bill_id: Mapped[int]
    bill_line_id: Mapped[int]
    number: Mapped[str]
    day: Mapped[date]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"))
    order_id: Mapped[int]
    order_line_id: Mapped[int]
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    quantity: Mapped[Decimal]
    amount: Mapped[Decimal]
    currency: Mapped[str]
    rate: Mapped[Decimal]

    __table_args__ = (
        UniqueConstraint("bill_id", "bill_line_id"),
        Index("ix_billed_line_order", "order_id", "order_line_id"),
        {"schema": "inventory", "info": _ADDED_ONLY},
    )


class BillMatch(Model):
    """Goods of a receipt, or of a return, that a line of a bill was compared with: what was billed
    and what had been put down for them. Without a move, the price alone was changed, or what was
    billed and is open was credited. Negative where a match is undone. Goods that went back and
    those that they came as are a pair of rows of which the bill bears nothing, and a third takes
    their quantities off it again."""

    __tablename__ = "bill_match"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    billed_line_id: Mapped[int] = mapped_column(ForeignKey("inventory.billed_line.id"), index=True)
    move_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.move.id"), index=True)
    valuation_id: Mapped[int | None] = mapped_column(
        ForeignKey("inventory.valuation.id"), index=True
    )
    quantity: Mapped[Decimal]
    billed: Mapped[Decimal]
    received: Mapped[Decimal]

    __table_args__ = ({"schema": "inventory", "info": _ADDED_ONLY},)


MODELS: Final[tuple[type, ...]] = (BilledLine, BillMatch)
