"""Accounts of product categories, where they differ from the company's."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.accounting.models.chart import Account
from core.api import Model, Record


class CategoryAccount(Record, Model):
    """The account that serves a purpose for the products of a category. The category is another
    addon's: it is known by its id, and its name is kept for lists."""

    __tablename__ = "category_account"

    category_id: Mapped[int]
    category: Mapped[str] = mapped_column(default="", server_default="")
    purpose: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"), index=True)

    account: Mapped[Account] = relationship()

    __table_args__ = (
        UniqueConstraint("category_id", "purpose"),
        CheckConstraint("purpose <> ''", name="purpose"),
        {"schema": "accounting"},
    )


MODELS: Final[tuple[type, ...]] = (CategoryAccount,)
