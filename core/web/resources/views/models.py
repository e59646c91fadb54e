"""The tables of saved views of lists, and of which view opens first for whom."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model, Record


class SavedView(Record, Model):
    """A state of a resource's list under a name: `query` is the address that opens it.

    Its owner alone sees it unless it is `shared`. Shared views of a title are one of a kind, and
    so are those of one owner.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        Index(
            "uq_saved_view_shared_title",
            "resource",
            text("lower(title)"),
            unique=True,
            postgresql_where=text("shared"),
        ),
        Index(
            "uq_saved_view_own_title",
            "resource",
            "owner_id",
            text("lower(title)"),
            unique=True,
            postgresql_where=text("NOT shared"),
        ),
        Index("ix_saved_view_owner_id", "owner_id"),
        {"schema": "core"},
    )

    resource: Mapped[str]
    title: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("core.user_account.id", ondelete="CASCADE"))
    shared: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    query: Mapped[str] = mapped_column(default="", server_default="")


class DefaultView(Record, Model):
    """The view that a list opens with, for one user or for all who hold a role. `view` is the
    number of a saved view, or the name of one that the resource brings along."""

    __tablename__ = "default_view"
    __table_args__ = (
        CheckConstraint("num_nonnulls(user_id, role_id) = 1", name="for_one"),
        UniqueConstraint("resource", "user_id"),
        UniqueConstraint("resource", "role_id"),
        Index("ix_default_view_user_id", "user_id"),
        Index("ix_default_view_role_id", "role_id"),
        {"schema": "core"},
    )

    resource: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE")
    )
    role_id: Mapped[int | None] = mapped_column(ForeignKey("core.role.id", ondelete="CASCADE"))
    view: Mapped[str]


MODELS: tuple[type, ...] = (SavedView, DefaultView)
