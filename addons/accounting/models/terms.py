"""Payment terms, what they offer for early payment, and what is agreed with each partner."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final, Literal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.accounting.models.chart import Account
from core.api import Model, Record, msg

ShareKind = Literal["percent", "fixed", "rest"]
SHARE_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("percent", msg("Percent of the whole")),
    ("fixed", msg("Fixed amount")),
    ("rest", msg("What is left")),
)
DueRule = Literal["after", "end_of_month", "day_of_month"]
DUE_RULES: Final[tuple[tuple[str, str], ...]] = (
    ("after", msg("On that day")),
    ("end_of_month", msg("At the end of that month")),
    ("day_of_month", msg("On the next such day of the month")),
)
CreditPolicy = Literal["", "none", "warn", "stop"]
CREDIT_POLICIES: Final[tuple[tuple[str, str], ...]] = (
    ("", msg("As the company decided")),
    ("none", msg("No check")),
    ("warn", msg("Warn")),
    ("stop", msg("Stop")),
)


class PaymentTerm(Record, Model):
    """When an amount is to be paid, in one part or several, and what early payment saves."""

    __tablename__ = "payment_term"

    name: Mapped[str] = mapped_column(unique=True)
    note: Mapped[str] = mapped_column(default="", server_default="")
    discount_percent: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    discount_days: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    lines: Mapped[list[PaymentTermLine]] = relationship(
        back_populates="term",
        order_by="PaymentTermLine.position, PaymentTermLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("discount_percent >= 0 AND discount_percent < 100", name="discount"),
        CheckConstraint("discount_days BETWEEN 0 AND 3650", name="discount_days"),
        {"schema": "accounting"},
    )


class PaymentTermLine(Model):
    """One part of the amount: how much, and how many months and days after the document."""

    __tablename__ = "payment_term_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    term_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.payment_term.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(default="rest", server_default="rest")
    value: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    months: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    days: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    due: Mapped[str] = mapped_column(default="after", server_default="after")
    day: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))

    term: Mapped[PaymentTerm] = relationship(back_populates="lines")

    __table_args__ = (
        CheckConstraint("kind IN ('percent', 'fixed', 'rest')", name="kind"),
        CheckConstraint("due IN ('after', 'end_of_month', 'day_of_month')", name="due"),
        CheckConstraint("value >= 0", name="value"),
        CheckConstraint("months BETWEEN 0 AND 120", name="months"),
        CheckConstraint("days BETWEEN 0 AND 3650", name="days"),
        CheckConstraint("day BETWEEN 0 AND 31", name="day"),
        {"schema": "accounting"},
    )


class DiscountOffer(Model):
    """The early-payment discount that a line of a receivable or payable carries: so many percent
    of it, if it is paid until the day."""

    __tablename__ = "discount_offer"

    line_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.journal_line.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    until: Mapped[date]
    percent: Mapped[Decimal]

    __table_args__ = (
        CheckConstraint("percent > 0 AND percent < 100", name="percent"),
        {"schema": "accounting"},
    )


class PartnerTerms(Record, Model):
    """What is agreed with a partner: terms, credit limit, whether they are reminded. `partner` is
    the contact's name, kept beside its id for lists and searches."""

    __tablename__ = "partner_terms"

    partner_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"), unique=True)
    partner: Mapped[str] = mapped_column(default="", server_default="")
    customer_term_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.payment_term.id"))
    supplier_term_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.payment_term.id"))
    receivable_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.account.id"))
    payable_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.account.id"))
    credit_limit: Mapped[Decimal | None]
    credit_policy: Mapped[str] = mapped_column(default="", server_default="")
    no_dunning: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    no_dunning_reason: Mapped[str] = mapped_column(default="", server_default="")

    customer_term: Mapped[PaymentTerm | None] = relationship(foreign_keys=[customer_term_id])
    supplier_term: Mapped[PaymentTerm | None] = relationship(foreign_keys=[supplier_term_id])
    receivable: Mapped[Account | None] = relationship(foreign_keys=[receivable_id])
    payable: Mapped[Account | None] = relationship(foreign_keys=[payable_id])

    __table_args__ = (
        CheckConstraint("credit_limit >= 0", name="credit_limit"),
        CheckConstraint("credit_policy IN ('', 'none', 'warn', 'stop')", name="credit_policy"),
        {"schema": "accounting", "info": {"stamped": True}},
    )


class CreditApproval(Record, Model):
    """Somebody's decision that a customer may owe more than their limit, up to an amount and a
    day, for a reason that stays on record."""

    __tablename__ = "credit_approval"

    partner_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"))
    partner: Mapped[str] = mapped_column(default="", server_default="")
    amount: Mapped[Decimal]
    until: Mapped[date]
    reason: Mapped[str]
    approved_by: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        UniqueConstraint("partner_id", "until", "amount"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("reason <> ''", name="reason"),
        {"schema": "accounting"},
    )


MODELS: Final[tuple[type, ...]] = (
    PaymentTerm,
    PaymentTermLine,
    DiscountOffer,
    PartnerTerms,
    CreditApproval,
)
