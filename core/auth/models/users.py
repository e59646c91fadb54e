"""Users, and the teams and branches that record rules speak of."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.auth.models.roles import UserRole
from core.db.base import Model, Record


class User(Record, Model):
    """A person who may sign in. Never deleted, only made inactive: the audit trail names them.

    Without a `password_hash` nobody can sign in with a password (invited, or passkey only).
    A guest belongs to the operator or a reseller, was let in for a time (core.guests), and takes
    no seat.
    """

    __tablename__ = "user_account"

    email: Mapped[str]
    name: Mapped[str] = mapped_column(info={"personal": "name"})
    password_hash: Mapped[str | None] = mapped_column(info={"secret": True})
    must_change_password: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    locale: Mapped[str] = mapped_column(default="", server_default="")
    written: Mapped[str] = mapped_column(default="", server_default="")
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    is_guest: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    role_links: Mapped[list[UserRole]] = relationship(
        cascade="all, delete-orphan", order_by="UserRole.id"
    )

    __table_args__ = (
        Index("uq_user_account_email", func.lower(text("email")), unique=True),
        {"schema": "core"},
    )


class Team(Record, Model):
    """A group of users whose records a role with scope "team" reaches."""

    __tablename__ = "team"
    __table_args__ = ({"schema": "core"},)

    name: Mapped[str] = mapped_column(unique=True)

    members: Mapped[list[TeamMember]] = relationship(
        cascade="all, delete-orphan", order_by="TeamMember.id"
    )


class TeamMember(Record, Model):
    """A user's membership of a team."""

    __tablename__ = "team_member"
    __table_args__ = (UniqueConstraint("user_id", "team_id"), {"schema": "core"})

    user_id: Mapped[int] = mapped_column(ForeignKey("core.user_account.id", ondelete="CASCADE"))
    team_id: Mapped[int] = mapped_column(ForeignKey("core.team.id", ondelete="CASCADE"), index=True)


class Branch(Record, Model):
    """A place of business whose records a role with scope "branch" reaches."""

    __tablename__ = "branch"
    __table_args__ = ({"schema": "core"},)

    name: Mapped[str] = mapped_column(unique=True)

    members: Mapped[list[BranchMember]] = relationship(
        cascade="all, delete-orphan", order_by="BranchMember.id"
    )


class BranchMember(Record, Model):
    """A user's membership of a branch."""

    __tablename__ = "branch_member"
    __table_args__ = (UniqueConstraint("user_id", "branch_id"), {"schema": "core"})

    user_id: Mapped[int] = mapped_column(ForeignKey("core.user_account.id", ondelete="CASCADE"))
    branch_id: Mapped[int] = mapped_column(
        ForeignKey("core.branch.id", ondelete="CASCADE"), index=True
    )
