"""Roles: bundles of permissions, each with the scope of records that it reaches."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Text,
    UniqueConstraint,
    func,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.auth.actor import Scope
from core.db.base import Model, Record


class Role(Record, Model):
    """A job description. `addon` shipped it, or it is empty for the tenant's own roles.

    `declared` holds the permissions that the addon declared when the role was last synced, so
    that an upgrade adds and removes what is new and leaves alone what the admin changed.
    An `unlimited` role holds every permission of every enabled addon.
    """

    __tablename__ = "role"
    __table_args__ = ({"schema": "core"},)

    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    addon: Mapped[str] = mapped_column(default="", server_default="")
    declared: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    unlimited: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    permissions: Mapped[list[RolePermission]] = relationship(
        cascade="all, delete-orphan", order_by="RolePermission.permission"
    )


class RolePermission(Record, Model):
    """A permission that a role grants, and over which records."""

    __tablename__ = "role_permission"

    role_id: Mapped[int] = mapped_column(ForeignKey("core.role.id", ondelete="CASCADE"))
    permission: Mapped[str]
    scope: Mapped[Scope] = mapped_column(Text(), default="all", server_default="all")

    __table_args__ = (
        UniqueConstraint("role_id", "permission"),
        CheckConstraint("scope IN ('all', 'branch', 'team', 'own')", name="scope"),
        {"schema": "core"},
    )


class UserRole(Record, Model):
    """A role that a user holds, until `expires_at` where that is given. Whoever asks what somebody
    holds asks for those that are `in_force`."""

    __tablename__ = "user_role"
    __table_args__ = (UniqueConstraint("user_id", "role_id"), {"schema": "core"})

    user_id: Mapped[int] = mapped_column(ForeignKey("core.user_account.id", ondelete="CASCADE"))
    role_id: Mapped[int] = mapped_column(ForeignKey("core.role.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime | None]

    @classmethod
    def in_force(cls) -> ColumnElement[bool]:
        """Whether it is held at this moment, by the database's clock."""
        return or_(cls.expires_at.is_(None), cls.expires_at > func.now())
