"""Payments: money that came in or went out, what it pays, and proposals to pay many suppliers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final, Literal

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

from addons.accounting.models.chart import Account, Journal
from addons.accounting.models.entries import JournalEntry, JournalLine
from core.api import Model, Record, msg

PaymentKind = Literal["in", "out"]
PAYMENT_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("in", msg("Received")),
    ("out", msg("Paid")),
)
PAYMENT_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("draft", msg("Draft")),
    ("posted", msg("Posted")),
    ("reversed", msg("Reversed")),
)
RUN_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("proposed", msg("Proposed")),
    ("paid", msg("Paid")),
)


class Payment(Record, Model):
    """Money received from a partner or paid to one. Posting writes one entry and settles the
    items that it pays; what is left over stays with the partner as an advance.

    `amount` is what the partner gave or got, in `currency`. `charges` are the bank's, in the
    same currency. `company_amount` is what the bank booked in the company's currency; left
    empty, the rate of the day decides. `method` is "cheque" where a cheque stands behind it.
    """

    __tablename__ = "payment"

    kind: Mapped[str]
    method: Mapped[str] = mapped_column(default="transfer", server_default="transfer")
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    partner_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"))
    partner: Mapped[str] = mapped_column(default="", server_default="")
    date: Mapped[date]
    journal_id: Mapped[int] = mapped_column(ForeignKey("accounting.journal.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    currency: Mapped[str]
    amount: Mapped[Decimal]
    company_amount: Mapped[Decimal | None]
    charges: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    reference: Mapped[str] = mapped_column(default="", server_default="")
    memo: Mapped[str] = mapped_column(default="", server_default="")
    source_type: Mapped[str | None]
    source_id: Mapped[str | None]
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.journal_entry.id"), index=True
    )
    reversal_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.journal_entry.id"), index=True
    )
    reversal_reason: Mapped[str] = mapped_column(default="", server_default="")

    journal: Mapped[Journal] = relationship()
    account: Mapped[Account] = relationship()
    entry: Mapped[JournalEntry | None] = relationship(foreign_keys=[entry_id])
    reversal: Mapped[JournalEntry | None] = relationship(foreign_keys=[reversal_id])
    items: Mapped[list[PaymentItem]] = relationship(
        back_populates="payment",
        order_by="PaymentItem.position, PaymentItem.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("kind IN ('in', 'out')", name="kind"),
        CheckConstraint("method IN ('transfer', 'cheque')", name="method"),
        CheckConstraint("state IN ('draft', 'posted', 'reversed')", name="state"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("company_amount > 0", name="company_amount"),
        CheckConstraint("charges >= 0", name="charges"),
        CheckConstraint("(state = 'draft') = (entry_id IS NULL)", name="entry"),
        CheckConstraint("num_nonnulls(source_type, source_id) IN (0, 2)", name="source"),
        Index(
            "uq_payment_source",
            "source_type",
            "source_id",
            unique=True,
            postgresql_where=text("source_type IS NOT NULL"),
        ),
        Index("ix_payment_partner_id", "partner_id", "date"),
        {"schema": "accounting"},
    )

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.state == "draft"


class PaymentItem(Model):
    """An open item that a payment pays: how much of it, and the discount taken beside that, both
    in the currency in which the item was agreed. `number` is the item's document, and
    `open_item_id` the line again as long as it is to be chosen: in a draft. Posting writes a line
    for it, `paid_by_id`, and settles the two by `settlement_id`."""

    __tablename__ = "payment_item"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    payment_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.payment.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer)
    line_id: Mapped[int] = mapped_column(ForeignKey("accounting.journal_line.id"), index=True)
    open_item_id: Mapped[int | None]
    number: Mapped[str] = mapped_column(default="", server_default="")
    amount: Mapped[Decimal]
    discount: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    paid_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.journal_line.id"), index=True
    )
    settlement_id: Mapped[int | None]

    payment: Mapped[Payment] = relationship(back_populates="items")
    line: Mapped[JournalLine] = relationship(foreign_keys=[line_id])

    __table_args__ = (
        UniqueConstraint("payment_id", "line_id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("discount >= 0", name="discount"),
        {"schema": "accounting"},
    )


class PaymentRun(Record, Model):
    """A proposal of what to pay to suppliers: everything due until a day. Paying it makes one
    payment for each supplier and currency."""

    __tablename__ = "payment_run"

    date: Mapped[date]
    due_until: Mapped[date]
    journal_id: Mapped[int] = mapped_column(ForeignKey("accounting.journal.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    currency: Mapped[str] = mapped_column(default="", server_default="")
    take_discounts: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    state: Mapped[str] = mapped_column(default="proposed", server_default="proposed")

    journal: Mapped[Journal] = relationship()
    account: Mapped[Account] = relationship()
    items: Mapped[list[PaymentRunItem]] = relationship(
        back_populates="run",
        order_by="PaymentRunItem.position, PaymentRunItem.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'paid')", name="state"),
        {"schema": "accounting"},
    )


class PaymentRunItem(Model):
    """An item that the proposal would pay. What is not to be paid is taken out of it."""

    __tablename__ = "payment_run_item"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    run_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.payment_run.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer)
    line_id: Mapped[int] = mapped_column(ForeignKey("accounting.journal_line.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"))
    partner: Mapped[str] = mapped_column(default="", server_default="")
    number: Mapped[str] = mapped_column(default="", server_default="")
    due_date: Mapped[date]
    currency: Mapped[str]
    amount: Mapped[Decimal]
    discount: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))

    run: Mapped[PaymentRun] = relationship(back_populates="items")

    __table_args__ = (
        UniqueConstraint("run_id", "line_id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("discount >= 0", name="discount"),
        {"schema": "accounting"},
    )


MODELS: Final[tuple[type, ...]] = (Payment, PaymentItem, PaymentRun, PaymentRunItem)
