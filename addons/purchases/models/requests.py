"""Purchase requests: what somebody in the company, or the stock, wants to be bought."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.purchases.models.choices import REQUEST_STATES, one_of
from core.api import Model, Record


class PurchaseRequest(Record, Model):
    """A wish to buy. `requested_by_id` is the user who has it; a request of the stock has none,
    and `source` says whose wish it is."""

    __tablename__ = "request"

    number: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    date: Mapped[date]
    needed_on: Mapped[date | None]
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"))
    requested_by: Mapped[str] = mapped_column(default="", server_default="")
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"))
    warehouse: Mapped[str] = mapped_column(default="", server_default="")
    source: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    decided_by: Mapped[str] = mapped_column(default="", server_default="")

    lines: Mapped[list[PurchaseRequestLine]] = relationship(
        back_populates="request",
        order_by="PurchaseRequestLine.position, PurchaseRequestLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint(one_of("state", REQUEST_STATES), name="state"),
        Index("ix_request_requested_by_id", "requested_by_id"),
        Index("ix_request_state", "state", "date"),
        {"schema": "purchases"},
    )


class PurchaseRequestLine(Model):
    """A product, or something in words, and how much of it is wanted. `wanted_key` tells a wish of
    the stock from its others, so that it is written down once. `stock_quantity` and what is
    `ordered` of it are in stock units."""

    __tablename__ = "request_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    request_id: Mapped[int] = mapped_column(
        ForeignKey("purchases.request.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    label: Mapped[str] = mapped_column(default="", server_default="")
    quantity: Mapped[Decimal]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.unit.id"))
    needed_on: Mapped[date | None]
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    stock_quantity: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    ordered: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    wanted_key: Mapped[str | None]

    request: Mapped[PurchaseRequest] = relationship(back_populates="lines")

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index(
            "uq_request_line_wanted_key",
            "wanted_key",
            unique=True,
            postgresql_where=text("wanted_key IS NOT NULL"),
        ),
        {"schema": "purchases"},
    )


MODELS = (PurchaseRequest, PurchaseRequestLine)
