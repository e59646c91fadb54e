"""Payments and refunds of filed returns."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.vat.models.returns import VatReturn
from core.api import Model, Record, msg

PAYMENT_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("posted", msg("Posted")),
    ("reversed", msg("Reversed")),
)


class ReturnPayment(Record, Model):
    """An amount that went to the authority, or came from it where `is_refund`. `entry_id` is the
    entry that says so in the books, `reversal_id` the one that took it back."""

    __tablename__ = "return_payment"

    return_id: Mapped[int] = mapped_column(ForeignKey("vat.vat_return.id"), index=True)
    date: Mapped[date]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"), index=True)
    amount: Mapped[Decimal]
    is_refund: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    currency: Mapped[str]
    reference: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[str] = mapped_column(default="posted", server_default="posted")
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.journal_entry.id"), index=True
    )
    reversal_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.journal_entry.id"), index=True
    )

    vat_return: Mapped[VatReturn] = relationship()

    __table_args__ = (
        CheckConstraint("amount > 0 AND amount < 'Infinity'", name="amount"),
        CheckConstraint(
            "state = 'posted' AND reversal_id IS NULL"
            " OR state = 'reversed' AND reversal_id IS NOT NULL",
            name="state",
        ),
        {"schema": "vat"},
    )
