"""Cheques received and issued, and each step that they took."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.accounting.models.chart import Account
from addons.accounting.models.entries import JournalEntry
from addons.accounting.models.payments import Payment
from core.api import Model, Record, msg

CHEQUE_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("received", msg("Received")),
    ("issued", msg("Issued")),
)
CHEQUE_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("draft", msg("Draft")),
    ("received", msg("In hand")),
    ("deposited", msg("Deposited")),
    ("issued", msg("Issued")),
    ("presented", msg("Presented")),
    ("cleared", msg("Cleared")),
    ("bounced", msg("Bounced")),
    ("returned", msg("Returned")),
    ("cancelled", msg("Cancelled")),
)
_STATES = ", ".join(f"'{state}'" for state, _ in CHEQUE_STATES)


class Cheque(Record, Model):
    """A cheque. `due_date` is the date written on it, from which the bank pays: a post-dated one
    lies in the future. Behind it stands the payment that it makes.

    `step_date`, `step_charges` and `charge_partner` say how the next step is posted: on which
    day (today where it is empty), with which charges of the bank, and who bears them.
    """

    __tablename__ = "cheque"

    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    number: Mapped[str]
    bank: Mapped[str] = mapped_column(default="", server_default="")
    partner_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"))
    partner: Mapped[str] = mapped_column(default="", server_default="")
    date: Mapped[date]
    due_date: Mapped[date]
    currency: Mapped[str]
    amount: Mapped[Decimal]
    bank_account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.payment.id"), index=True)
    memo: Mapped[str] = mapped_column(default="", server_default="")
    step_date: Mapped[date | None]
    step_charges: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    charge_partner: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    bank_account: Mapped[Account] = relationship()
    payment: Mapped[Payment | None] = relationship()
    steps: Mapped[list[ChequeStep]] = relationship(
        back_populates="cheque",
        order_by="ChequeStep.position",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("kind IN ('received', 'issued')", name="kind"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("number <> ''", name="number"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("step_charges >= 0", name="step_charges"),
        UniqueConstraint("kind", "partner_id", "bank", "number"),
        Index("ix_cheque_due_date", "state", "due_date"),
        {"schema": "accounting"},
    )


class ChequeStep(Model):
    """A state that a cheque reached, on which day, and the entry that was posted for it."""

    __tablename__ = "cheque_step"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    cheque_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.cheque.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer)
    state: Mapped[str]
    date: Mapped[date]
    charges: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.journal_entry.id"), index=True
    )

    cheque: Mapped[Cheque] = relationship(back_populates="steps")
    entry: Mapped[JournalEntry | None] = relationship()

    __table_args__ = (
        UniqueConstraint("cheque_id", "position"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        {"schema": "accounting"},
    )


MODELS: Final[tuple[type, ...]] = (Cheque, ChequeStep)
