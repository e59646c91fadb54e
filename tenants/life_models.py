"""The control plane's tables about how organizations come and go: databases that stand ready for
new ones, names that they had, the bin, and domains that they say are theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Model, Record
from tenants.models import SCHEMA, DatabaseServer, Organization

_UNAUDITED = {"schema": SCHEMA, "info": {"audit": "none"}}


class StandbySet(Record, Model):
    """A set of addons with which organizations are made on a server, and so one for which
    databases stand ready."""

    __tablename__ = "standby_set"
    __table_args__ = (
        UniqueConstraint("server_id", "addons"),
        CheckConstraint("size BETWEEN 0 AND 100", name="size"),
        {"schema": SCHEMA, "info": {"audit": "changes"}},
    )

    server_id: Mapped[int] = mapped_column(ForeignKey(DatabaseServer.id))
    addons: Mapped[list[str]]
    """In load order, the kernel first."""
    size: Mapped[int | None]
    """How many stand ready; the option's number where this is empty."""
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When an organization was last made with it."""

    server: Mapped[DatabaseServer] = relationship()
    databases: Mapped[list[StandbyDatabase]] = relationship(viewonly=True)

    @property
    def ready(self) -> int:
        """How many databases can be had now."""
        return sum(each.ready_at is not None for each in self.databases if not each.claimed_by)


class StandbyDatabase(Model):
    """A copy of a template that waits for an organization, or is on its way to one."""

    __tablename__ = "standby_database"
    __table_args__ = (
        Index("ix_standby_database_set_id_template", "set_id", "template"),
        _UNAUDITED,
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey(StandbySet.id, ondelete="CASCADE"))
    template: Mapped[str]
    """What it is a copy of; another one means that it fell behind the code."""
    ready_at: Mapped[datetime | None]
    """Empty while it is being made."""
    claimed_by: Mapped[str | None] = mapped_column(
        ForeignKey(Organization.id, ondelete="CASCADE"), unique=True
    )
    """The organization that it becomes. Written in the transaction that enters the organization,
    and gone with the row when that is done."""


class FormerSlug(Model):
    """A slug that an organization had: whoever asks for it is led to the new one, and nobody else
    is given it until then."""

    __tablename__ = "former_slug"
    __table_args__ = (_UNAUDITED,)

    slug: Mapped[str] = mapped_column(primary_key=True)
    organization_id: Mapped[str] = mapped_column(
        ForeignKey(Organization.id, ondelete="CASCADE"), index=True
    )
    until: Mapped[datetime]


class Binned(Record, Model):
    """An organization in the bin: its database is kept, renamed and closed, until a day."""

    __tablename__ = "binned"
    __table_args__ = ({"schema": SCHEMA},)

    organization_id: Mapped[str] = mapped_column(
        ForeignKey(Organization.id, ondelete="CASCADE"), unique=True
    )
    until: Mapped[datetime]
    by: Mapped[str]
    was: Mapped[str]
    """Its status before, which it gets back."""

    organization: Mapped[Organization] = relationship()


class OrganizationExport(Record, Model):
    """Everything of an organization in one file, kept for some days among the control plane's."""

    __tablename__ = "organization_export"
    __table_args__ = ({"schema": SCHEMA},)

    organization_id: Mapped[str] = mapped_column(
        ForeignKey(Organization.id, ondelete="CASCADE"), index=True
    )
    digest: Mapped[str]
    size: Mapped[int]
    by: Mapped[str]


class DomainClaim(Record, Model):
    """A domain that an organization says is its own, and the token that would prove it."""

    __tablename__ = "domain_claim"
    __table_args__ = (UniqueConstraint("organization_id", "host"), {"schema": SCHEMA})

    host: Mapped[str]
    organization_id: Mapped[str] = mapped_column(ForeignKey(Organization.id, ondelete="CASCADE"))
    token: Mapped[str]
    checked_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was not proved when it was checked last."""

    organization: Mapped[Organization] = relationship()


MODELS = (StandbySet, StandbyDatabase, FormerSlug, Binned, OrganizationExport, DomainClaim)
