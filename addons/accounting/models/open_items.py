"""Open items as rows that lists can show: a view, made by migration 0005."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.accounting.models.chart import Account
from addons.accounting.models.entries import JournalEntry
from core.api import Model


class OpenLine(Model):
    """What is left of a posted line of a reconcilable account. `owed` is the amount in the
    currency in which it was agreed, `owed_currency`; `residual` that of the books."""

    __tablename__ = "open_item"
    __table_args__ = (
        {
            "schema": "accounting",
            "info": {"runtime": "SELECT", "audit": "none", "view": True},
        },
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey("accounting.journal_entry.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"))
    partner: Mapped[str]
    number: Mapped[str]
    reference: Mapped[str]
    text: Mapped[str]
    date: Mapped[datetime.date]
    due_date: Mapped[datetime.date]
    subtype: Mapped[str]
    currency: Mapped[str]
    amount: Mapped[Decimal]
    residual: Mapped[Decimal]
    owed_currency: Mapped[str]
    owed: Mapped[Decimal]

    account: Mapped[Account] = relationship(viewonly=True)
    entry: Mapped[JournalEntry] = relationship(viewonly=True)
