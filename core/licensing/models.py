"""Documents that were made under a quota, so that they can be counted without looking at them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model


class DocumentsMade(Model):
    """How many documents of an addon one transaction made, in which month (its first day).

    Each writes a row of its own, so that no two wait for each other; the nightly job adds up.
    """

    __tablename__ = "documents_made"
    __table_args__ = (
        Index("ix_documents_made_addon", "addon", "month"),
        {"schema": "core", "info": {"audit": "none"}},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    addon: Mapped[str]
    month: Mapped[date]
    number: Mapped[int]
