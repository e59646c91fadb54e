"""Gift cards: what the bearer may still buy for, and every move of it.

Moves are only added; the database keeps each card's balance as their sum and refuses one below
nothing (migration 0007). Of a code only a keyed digest is kept.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record, msg

CARD_STATES: Final = (
    ("draft", msg("Draft")),
    ("active", msg("Active")),
    ("blocked", msg("Blocked")),
    ("replaced", msg("Replaced")),
    ("expired", msg("Expired")),
    ("cancelled", msg("Cancelled")),
)
CARD_ORIGINS: Final = (
    ("sold", msg("Sold")),
    ("given", msg("Given free")),
    ("refund", msg("Instead of money back")),
    ("replacement", msg("Replaces another")),
)
CARD_MOVES: Final = (
    ("issue", msg("Issued")),
    ("redeem", msg("Paid with")),
    ("refund", msg("Paid back to the card")),
    ("restore", msg("Payment taken back")),
    ("adjust", msg("Adjusted")),
    ("transfer", msg("To another card")),
    ("cancel", msg("Sale taken back")),
    ("expire", msg("Expired")),
)
ACTOR: Final = text("COALESCE(NULLIF(current_setting('aorabooks.actor', true), ''), session_user)")
"""Whoever the audit trail would name."""
ZERO: Final = Decimal(0)


class CodeKey(Model):
    """The secret under which codes of gift cards are digested: one for each company, sealed."""

    __tablename__ = "code_key"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    secret: Mapped[str] = mapped_column(
        info={"secret": True, "sealed_for": "sales.code_key/{id}", "inward": True}
    )

    __table_args__ = (CheckConstraint("id = 1", name="id"), {"schema": "sales"})


class GiftCard(Record, Model):
    """A gift card in one currency. `rate` is what one unit of it was worth in the company's
    currency when the card was issued; payments with the card are entered at it.

    A draft belongs to a line of an invoice that is not posted. `code_hash` is empty until the code
    was made, which is when it is shown, printed or mailed. `printed_code` is never kept: it is
    there while a card is handed out.
    """

    __tablename__ = "gift_card"

    number: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    origin: Mapped[str] = mapped_column(default="sold", server_default="sold")
    currency: Mapped[str]
    rate: Mapped[Decimal] = mapped_column(default=Decimal(1), server_default="1")
    amount: Mapped[Decimal]
    balance: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    issued_on: Mapped[datetime.date | None]
    expires_on: Mapped[datetime.date | None]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    holder_name: Mapped[str] = mapped_column(default="", server_default="")
    holder_email: Mapped[str] = mapped_column(default="", server_default="")
    message: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"), index=True)
    invoice_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.invoice_line.id", ondelete="CASCADE"), index=True
    )
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("sales.gift_card.id"), unique=True)
    code_hash: Mapped[str | None] = mapped_column(unique=True, info={"secret": True})
    code_end: Mapped[str] = mapped_column(default="", server_default="")
    handed_out_at: Mapped[datetime.datetime | None]

    printed_code = ""

    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'active', 'blocked', 'replaced', 'expired', 'cancelled')",
            name="state",
        ),
        CheckConstraint("origin IN ('sold', 'given', 'refund', 'replacement')", name="origin"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("amount > 0 AND amount < 1e15", name="amount"),
        CheckConstraint("balance >= 0", name="balance"),
        CheckConstraint("state NOT IN ('draft', 'replaced') OR balance = 0", name="worth"),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="number"),
        CheckConstraint("(code_hash IS NULL) = (handed_out_at IS NULL)", name="code"),
        Index(
            "ix_gift_card_expires_on",
            "expires_on",
            postgresql_where=text("balance > 0 AND expires_on IS NOT NULL"),
        ),
        {"schema": "sales"},
    )


class GiftCardMove(Model):
    """What came onto a card, or left it: by a payment, or by the `receipt` of a till. Rows are
    added and never changed."""

    __tablename__ = "gift_card_move"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("sales.gift_card.id"), index=True)
    kind: Mapped[str]
    day: Mapped[datetime.date]
    amount: Mapped[Decimal]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("sales.payment.id"))
    receipt: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime.datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[str] = mapped_column(server_default=ACTOR)

    card: Mapped[GiftCard] = relationship(viewonly=True)

    __table_args__ = (
        CheckConstraint(
            "kind IN ('issue', 'redeem', 'refund', 'restore', 'adjust', 'transfer', 'cancel',"
            " 'expire')",
            name="kind",
        ),
        CheckConstraint("amount <> 0 AND abs(amount) < 1e15", name="amount"),
        CheckConstraint(
            "(kind IN ('redeem', 'refund', 'restore')) = (payment_id IS NOT NULL OR receipt <> '')",
            name="payment",
        ),
        CheckConstraint("kind <> 'adjust' OR reason <> ''", name="reason"),
        Index(
            "uq_gift_card_move_payment",
            "payment_id",
            "kind",
            unique=True,
            postgresql_where=text("payment_id IS NOT NULL"),
        ),
        {"schema": "sales", "info": {"runtime": "SELECT, INSERT", "audit": "changes"}},
    )
