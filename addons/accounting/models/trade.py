"""What the books keep for trade: accounts of product categories, and what they were told of."""

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
        {"schema": "accounting", "info": {"stamped": True}},
    )


class ToldApplication(Model):
    """An application of a credit that the books heard of, by the document's addon and its id. What
    was settled by it may be undone here; told again, it shall not be settled once more."""

    __tablename__ = "told_application"

    source_type: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

    __table_args__ = (
        {"schema": "accounting", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )


MODELS: Final[tuple[type, ...]] = (CategoryAccount, ToldApplication)
