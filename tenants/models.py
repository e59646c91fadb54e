"""The control plane's own tables: organizations and whose customers they are, their domains, and
database servers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.auth.models import Team
from core.db.base import Model, Record

SCHEMA = "tenants"
CHANNEL = "aorabooks_directory"
"""Where PostgreSQL notifies, with the tenant's id, of every change to a tenant or its domains."""


class DatabaseServer(Record, Model):
    """A PostgreSQL server that holds tenants' databases, and the role that creates them."""

    __tablename__ = "database_server"
    __table_args__ = (
        CheckConstraint("status IN ('active', 'closed', 'draining')", name="status"),
        CheckConstraint("capacity >= 0", name="capacity"),
        {"schema": SCHEMA},
    )

    name: Mapped[str] = mapped_column(unique=True)
    host: Mapped[str]
    port: Mapped[int]
    maintenance_database: Mapped[str]
    admin_user: Mapped[str]
    admin_secret: Mapped[str] = mapped_column(
        info={"secret": True, "sealed_for": "database_server:{name}"}
    )
    region: Mapped[str] = mapped_column(default="", server_default="")
    """Country and place in words, as tenants are told where their data lies."""
    status: Mapped[str] = mapped_column(default="active", server_default="active")
    """`closed` takes no new tenants; those of one that is `draining` are being moved away."""
    capacity: Mapped[int | None]
    """How many organizations it may hold; empty for as many as come."""

    health: Mapped[ServerHealth | None] = relationship(viewonly=True)


class ServerHealth(Model):
    """How a database server was when it was last looked at. `seen_at` is when it last answered;
    where it does not, `problem` says why, and `problem_since` since when."""

    __tablename__ = "server_health"
    __table_args__ = ({"schema": SCHEMA, "info": {"audit": "none"}},)

    server_id: Mapped[int] = mapped_column(
        ForeignKey(DatabaseServer.id, ondelete="CASCADE"), primary_key=True
    )
    checked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="", server_default="")
    problem_since: Mapped[datetime | None]
    postgresql: Mapped[str] = mapped_column(default="", server_default="")
    connections: Mapped[int] = mapped_column(default=0, server_default="0")
    max_connections: Mapped[int] = mapped_column(default=0, server_default="0")
    free_disk: Mapped[int | None]
    """In bytes; empty where it cannot be seen from here."""
    sends_changes: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether another server can follow its databases while people work in them."""
    takes_changes: Mapped[bool] = mapped_column(default=False, server_default="false")
    companies: Mapped[int] = mapped_column(default=0, server_default="0")
    size: Mapped[int | None]
    """Bytes of all its databases, measured less often than the rest."""


class Reseller(Record, Model):
    """Who sells to organizations. It is a team of the control plane's staff, under the same id:
    whoever is in that team and holds a reseller's role sees what is this reseller's."""

    __tablename__ = "reseller"
    __table_args__ = (
        CheckConstraint("status IN ('active', 'closed')", name="status"),
        {"schema": SCHEMA},
    )

    id: Mapped[int] = mapped_column(ForeignKey(Team.id), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    status: Mapped[str] = mapped_column(default="active", server_default="active")
    """`closed` sells nothing new; what its customers have goes on."""
    email: Mapped[str] = mapped_column(default="", server_default="")
    phone: Mapped[str] = mapped_column(default="", server_default="")
    website: Mapped[str] = mapped_column(default="", server_default="")
    currency: Mapped[str] = mapped_column(default="USD", server_default="USD")
    """What a new price of theirs is in."""
    key_id: Mapped[str] = mapped_column(default="", server_default="")
    """The key that their licences are signed with; the vendor's certificate says how far."""


class Organization(Record, Model):
    """A tenant: who it is, whether it is served, and how to reach its database.

    The id is random and opaque, because it names the database and its roles, which every role
    of a PostgreSQL server can list.
    """

    __tablename__ = "organization"
    __table_args__ = (
        CheckConstraint(
            "status IN ('creating', 'active', 'suspended', 'deleting',"
            " 'binning', 'binned', 'restoring')",
            name="status",
        ),
        CheckConstraint("sample_of <> id", name="sample_of_another"),
        CheckConstraint("copy_of <> id", name="copy_of_another"),
        CheckConstraint(
            "limit_statement_seconds >= 1 AND least(limit_job_seconds, limit_connections,"
            " limit_jobs, limit_storage_mb, limit_requests_per_second) >= 0"
            " AND limit_connections <> 1",
            name="limits",
        ),
        Index("ix_organization_reseller_id_title", "reseller_id", "title", "id"),
        {"schema": SCHEMA},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    status: Mapped[str] = mapped_column(default="creating", server_default="creating")
    suspended_reason: Mapped[str] = mapped_column(default="", server_default="")
    server_id: Mapped[int] = mapped_column(ForeignKey(DatabaseServer.id))
    database_name: Mapped[str] = mapped_column(unique=True)
    generation: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts its credentials; each rotation makes roles with names of their own."""
    runtime_role: Mapped[str] = mapped_column(unique=True)
    runtime_secret: Mapped[str] = mapped_column(
        info={"secret": True, "sealed_for": "organization:{id}:{runtime_role}"}
    )
    owner_role: Mapped[str] = mapped_column(unique=True)
    owner_secret: Mapped[str] = mapped_column(
        info={"secret": True, "sealed_for": "organization:{id}:{owner_role}"}
    )
    credentials_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """Since when it has these."""
    addons: Mapped[list[str]]
    """Those enabled from the beginning; what is enabled now is in its own database."""
    allowed_addons: Mapped[list[str] | None]
    """The addons its package and licences grant; null means all."""
    reseller_id: Mapped[int | None] = mapped_column(ForeignKey(Reseller.id))
    """Whose customer it is; nobody's but the operator's where this is empty."""
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("tenants.brand.id"), index=True)
    """The brand it shows; that of its reseller where this is empty."""
    canary: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Upgraded before the others: what breaks, breaks here first."""
    timezone: Mapped[str] = mapped_column(default="UTC", server_default="UTC")
    locale: Mapped[str] = mapped_column(default="en", server_default="en")
    sample_of: Mapped[str | None] = mapped_column(
        ForeignKey("tenants.organization.id"), unique=True
    )
    """For a sample company, the one that it was made for. Written once, with the entry: a trigger
    refuses any change, so that no company of people's own can ever become one."""

    copy_of: Mapped[str | None] = mapped_column(
        ForeignKey("tenants.organization.id", ondelete="SET NULL"), index=True
    )
    """For a copy, the organization whose data it began with, as long as that is there."""
    is_copy: Mapped[bool] = mapped_column(default=False, server_default="false")
    copy_masked: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether names and addresses of people were replaced on the way."""
    staging: Mapped[bool] = mapped_column(default=False, server_default="false")
    """A place to try things in: it sends nothing to anybody outside."""

    # Bounds of its own on what it takes of the platform; see tenants.limits.
    limit_statement_seconds: Mapped[int | None]
    limit_job_seconds: Mapped[int | None]
    limit_connections: Mapped[int | None]
    limit_jobs: Mapped[int | None]
    limit_storage_mb: Mapped[int | None]
    limit_requests_per_second: Mapped[int | None]

    held_until: Mapped[datetime | None]
    """Until then nothing is written to its database, because it is changing servers."""

    server: Mapped[DatabaseServer] = relationship()
    reseller: Mapped[Reseller | None] = relationship()
    report: Mapped[CustomerReport | None] = relationship(viewonly=True)
    domains: Mapped[list[Domain]] = relationship(
        back_populates="organization",
        order_by="Domain.host",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )


class Domain(Record, Model):
    """A host name of an organization's own, beside its `<slug>.<base>`."""

    __tablename__ = "domain"
    __table_args__ = ({"schema": SCHEMA},)

    host: Mapped[str] = mapped_column(unique=True)
    organization_id: Mapped[str] = mapped_column(
        ForeignKey(Organization.id, ondelete="CASCADE"), index=True
    )
    verified: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Only a verified domain is served: one that is known to be the organization's own."""
    token: Mapped[str] = mapped_column(default="", server_default="")
    """What it was proved by; empty where the operator vouched for it, who is not asked again."""
    checked_at: Mapped[datetime | None]
    unproved_since: Mapped[datetime | None]
    """When the proof was first found missing, if it is missing now."""
    problem: Mapped[str] = mapped_column(default="", server_default="")
    """What was found instead of it."""

    organization: Mapped[Organization] = relationship(back_populates="domains")


class CustomerReport(Model):
    """What an organization last told of itself: which addons are on, and how many people work in
    it. Its seller is shown this, and sees nothing else of what is inside."""

    __tablename__ = "customer_report"
    __table_args__ = ({"schema": SCHEMA, "info": {"audit": "none"}},)

    organization_id: Mapped[str] = mapped_column(
        ForeignKey(Organization.id, ondelete="CASCADE"), primary_key=True
    )
    addons: Mapped[dict[str, Any]]
    """Those that are on, with how many seats of each are taken."""
    addons_on: Mapped[int]
    users: Mapped[int]
    reported_at: Mapped[datetime] = mapped_column(server_default=func.now())


class TemplateDatabase(Model):
    """A sealed database that new tenants are cloned from: one per set of addon versions."""

    __tablename__ = "template_database"
    __table_args__ = ({"schema": SCHEMA, "info": {"audit": "none"}},)

    name: Mapped[str] = mapped_column(primary_key=True)
    server_id: Mapped[int] = mapped_column(ForeignKey(DatabaseServer.id), primary_key=True)
    addons: Mapped[list[str]]
    used_at: Mapped[datetime] = mapped_column(server_default=func.now())
