"""What is taken over from an older system: its trial balance and its open items."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.accounting.models.chart import Account
from core.api import Model, Record, msg

OPENING_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("draft", msg("In preparation")),
    ("posted", msg("Posted")),
    ("taken_back", msg("Taken back")),
)
_PAIR = "(original_amount IS NULL) = (original_currency = '')"


class Opening(Record, Model):
    """The opening at a cut-over date: the books of the older system at the end of that day."""

    __tablename__ = "opening"

    name: Mapped[str]
    date: Mapped[date]
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")

    accounts: Mapped[list[OpeningAccount]] = relationship(
        back_populates="opening",
        order_by="OpeningAccount.position, OpeningAccount.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    items: Mapped[list[OpeningItem]] = relationship(
        back_populates="opening",
        order_by="OpeningItem.position, OpeningItem.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'posted', 'taken_back')", name="state"),
        # Files are read into the opening that is being prepared: there is one at a time.
        Index("uq_opening_draft", "state", unique=True, postgresql_where=text("state = 'draft'")),
        {"schema": "accounting"},
    )


class OpeningAccount(Record, Model):
    """A row of the older system's trial balance, and the account here that takes it over."""

    __tablename__ = "opening_account"

    opening_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.opening.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    old_code: Mapped[str]
    old_name: Mapped[str] = mapped_column(default="", server_default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.account.id"), index=True)
    debit: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")
    credit: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")
    original_amount: Mapped[Decimal | None]
    original_currency: Mapped[str] = mapped_column(default="", server_default="")

    opening: Mapped[Opening] = relationship(back_populates="accounts")
    account: Mapped[Account | None] = relationship()

    __table_args__ = (
        CheckConstraint(_PAIR, name="original"),
        CheckConstraint(
            "debit BETWEEN -1e30 AND 1e30 AND credit BETWEEN -1e30 AND 1e30", name="finite"
        ),
        {"schema": "accounting"},
    )


class OpeningItem(Record, Model):
    """An invoice or payment that was open in the older system. `amount` is positive for what a
    customer owes and negative for what is owed to a supplier."""

    __tablename__ = "opening_item"

    opening_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.opening.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"), index=True)
    partner: Mapped[str] = mapped_column(default="", server_default="")
    partner_id: Mapped[int | None]
    number: Mapped[str] = mapped_column(default="", server_default="")
    date: Mapped[date]
    due_date: Mapped[date | None]
    amount: Mapped[Decimal]
    original_amount: Mapped[Decimal | None]
    original_currency: Mapped[str] = mapped_column(default="", server_default="")

    opening: Mapped[Opening] = relationship(back_populates="items")
    account: Mapped[Account] = relationship()

    __table_args__ = (
        CheckConstraint(_PAIR, name="original"),
        CheckConstraint("amount BETWEEN -1e30 AND 1e30", name="finite"),
        {"schema": "accounting"},
    )


MODELS: Final[tuple[type, ...]] = (Opening, OpeningAccount, OpeningItem)
