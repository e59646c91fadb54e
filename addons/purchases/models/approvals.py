"""Who may approve how much, in whose place, and what was decided."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.purchases.models.orders import Order
from core.api import Model, Record


class ApprovalLimit(Record, Model):
    """Up to which amount a role, or a user, may approve; without an amount, any order."""

    __tablename__ = "approval_limit"

    role_id: Mapped[int | None] = mapped_column(
        ForeignKey("core.role.id", ondelete="CASCADE"), unique=True
    )
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE"), unique=True
    )
    amount: Mapped[Decimal | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(role_id, user_id) = 1", name="whose"),
        CheckConstraint("amount >= 0", name="amount"),
        {"schema": "purchases"},
    )


class Delegation(Record, Model):
    """Somebody approves in another's place, from one day to another. It is not deleted but
    `revoked`, so that it can be told later who was allowed what."""

    __tablename__ = "delegation"

    from_user_id: Mapped[int] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    to_user_id: Mapped[int] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    start_on: Mapped[date]
    end_on: Mapped[date]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("from_user_id <> to_user_id", name="users"),
        CheckConstraint("start_on <= end_on", name="days"),
        {"schema": "purchases"},
    )


class ApprovalStep(Model):
    """What was decided about an order, by whom, in whose place, and up to which limit."""

    __tablename__ = "approval_step"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("purchases.order.id", ondelete="CASCADE"))
    decision: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"))
    user_name: Mapped[str] = mapped_column(default="", server_default="")
    in_place_of: Mapped[str] = mapped_column(default="", server_default="")
    amount: Mapped[Decimal]
    limit: Mapped[Decimal | None]
    decided_at: Mapped[datetime] = mapped_column(server_default=func.now())

    order: Mapped[Order] = relationship()

    __table_args__ = (
        CheckConstraint(
            "decision IN ('asked', 'approved', 'rejected', 'automatic', 'reopened')",
            name="decision",
        ),
        Index("ix_approval_step_order_id", "order_id", "id"),
        {"schema": "purchases", "info": {"runtime": "SELECT, INSERT, DELETE", "audit": "changes"}},
    )


MODELS = (ApprovalLimit, Delegation, ApprovalStep)
