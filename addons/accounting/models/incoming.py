"""Entries on their way into the books: where a large posting is copied to before it is checked.

Not logged and empty between transactions: `accounting.post_incoming()` takes what its own
transaction put here (`batch`), posts it, and leaves nothing. Without indexes or references, so that
COPY writes as fast as it can; all that is asked of an entry is asked when it is posted.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import FetchedValue, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model

_PASSING = {"schema": "accounting", "info": {"runtime": "SELECT, INSERT", "audit": "none"}}


class IncomingEntry(Model):
    """The head of an entry, by the id that it will have; `batch` is the transaction's."""

    __tablename__ = "incoming_entry"
    __table_args__ = (_PASSING,)

    batch: Mapped[int] = mapped_column(server_default=FetchedValue())
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    journal_id: Mapped[int]
    date: Mapped[date]
    reference: Mapped[str]
    narration: Mapped[str]
    partner: Mapped[str]
    partner_id: Mapped[int | None]
    source_type: Mapped[str | None]
    source_id: Mapped[str | None]
    reverses_id: Mapped[int | None]
    branch_id: Mapped[int | None]


class IncomingLine(Model):
    """A line of such an entry."""

    __tablename__ = "incoming_line"
    __table_args__ = (_PASSING,)

    batch: Mapped[int] = mapped_column(server_default=FetchedValue())
    entry_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    account_id: Mapped[int]
    label: Mapped[str]
    amount: Mapped[Decimal]
    currency: Mapped[str]
    original_amount: Mapped[Decimal | None]
    original_currency: Mapped[str]
    quantity: Mapped[Decimal | None]
    unit: Mapped[str]
    partner_id: Mapped[int | None]
    due_date: Mapped[date | None]
    tax_code: Mapped[str]
    tax_role: Mapped[str]
    tax_base: Mapped[Decimal | None]
    analytic: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
