"""What the authority wants to know of a sale and nobody else needs: the marks of its transaction
code (KSA-2), and that it is a debit note."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record


class SpecialInvoice(Record, Model):
    """An invoice of sales that is not an ordinary one. `third_party` issued it for the seller, with
    `self_billed` its buyer made it out; `nominal` is a supply without consideration that is taxed
    as if there were one; a `summary` stands for the supplies from the invoice's day of supply until
    `supply_until`. One that asks for more than the invoice `corrects_id` did is a debit note, for
    this `reason`."""

    __tablename__ = "special_invoice"

    invoice_id: Mapped[int] = mapped_column(unique=True)
    third_party: Mapped[bool] = mapped_column(default=False, server_default="false")
    self_billed: Mapped[bool] = mapped_column(default=False, server_default="false")
    nominal: Mapped[bool] = mapped_column(default=False, server_default="false")
    summary: Mapped[bool] = mapped_column(default=False, server_default="false")
    supply_until: Mapped[date | None]
    corrects_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        CheckConstraint(
            "self_billed OR third_party OR nominal OR summary OR corrects_id IS NOT NULL",
            name="marked",
        ),
        CheckConstraint(
            "corrects_id IS NULL OR reason <> '' AND corrects_id <> invoice_id", name="debit_note"
        ),
        CheckConstraint("NOT summary OR supply_until IS NOT NULL", name="period"),
        {"schema": "zatca"},
    )
