"""The control plane's tables of backups: where they go, which there are, and what was restored."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Model, Record
from tenants.models import SCHEMA, DatabaseServer

_UNAUDITED: Final[dict[str, Any]] = {"schema": SCHEMA, "info": {"audit": "none"}}


class BackupDestination(Record, Model):
    """A storage that backups go to, as Apache OpenDAL knows it: a scheme, and its options."""

    __tablename__ = "backup_destination"
    __table_args__ = (
        CheckConstraint("status IN ('active', 'closed')", name="status"),
        {"schema": SCHEMA},
    )

    name: Mapped[str] = mapped_column(unique=True)
    scheme: Mapped[str]
    options: Mapped[str] = mapped_column(
        info={"secret": True, "sealed_for": "tenants.backup_destination/{name}"}
    )
    """A JSON object of text, sealed as a whole: credentials are among them."""
    status: Mapped[str] = mapped_column(default="active", server_default="active")
    """`closed` takes no new backups; those that lie there stay, and can be restored."""
    tried_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="", server_default="")
    """Why it did not work when it was last tried."""


class BackupKey(Model):
    """The key of a tenant's backups. It outlives the tenant, like the backups."""

    __tablename__ = "backup_key"
    __table_args__ = (_UNAUDITED,)

    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[str] = mapped_column(
        info={"secret": True, "sealed_for": "tenants.backup_key/{tenant_id}"}
    )


class Backup(Record, Model):
    """One backup of a tenant, or of the control plane, and how it fared.

    `slug` and `title` are those that the tenant had. `size` counts the bytes at the destination,
    `dump_size` those of the database's dump alone. `problem` says why it failed, is bad, or could
    not be proven.
    """

    __tablename__ = "backup"
    __table_args__ = (
        CheckConstraint(
            "status IN ('running', 'uploading', 'whole', 'failed', 'bad', 'expired')", "status"
        ),
        CheckConstraint("proof IN ('none', 'held', 'failed')", "proof"),
        Index("ix_backup_tenant_id_begun_at", "tenant_id", "begun_at"),
        Index(
            "ix_backup_unfinished",
            "begun_at",
            postgresql_where=text("status IN ('running', 'uploading')"),
        ),
        _UNAUDITED,
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    slug: Mapped[str]
    title: Mapped[str]
    destination_id: Mapped[int] = mapped_column(ForeignKey(BackupDestination.id))
    status: Mapped[str] = mapped_column(default="running", server_default="running")
    asked_by: Mapped[str] = mapped_column(default="", server_default="")
    """Who wanted it; empty where the schedule did."""
    recovered_from: Mapped[str] = mapped_column(default="", server_default="")
    """The server that was brought back to an earlier moment and of which it was made, where that is
    not the company's own."""
    machine: Mapped[str] = mapped_column(default="", server_default="")
    """Where what is not uploaded yet lies."""
    begun_at: Mapped[datetime] = mapped_column(server_default=func.now())
    taken_at: Mapped[datetime | None]
    """The moment that it holds."""
    ended_at: Mapped[datetime | None]
    size: Mapped[int] = mapped_column(default=0, server_default="0")
    dump_size: Mapped[int] = mapped_column(default=0, server_default="0")
    files: Mapped[int] = mapped_column(default=0, server_default="0")
    pieces: Mapped[int] = mapped_column(default=0, server_default="0")
    postgresql: Mapped[str] = mapped_column(default="", server_default="")
    addons: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Versions by name."""
    master_key: Mapped[str] = mapped_column(default="", server_default="")
    """The id of the master key that opens it without the control plane."""
    small: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Much smaller than the one before it."""
    problem: Mapped[str] = mapped_column(default="", server_default="")
    proof: Mapped[str] = mapped_column(default="none", server_default="none")
    proven_at: Mapped[datetime | None]
    """When it was last tried to prove it."""
    findings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What each invariant said of the restored database, by name: `holds`, `figure`, `detail`."""

    destination: Mapped[BackupDestination] = relationship()


class BackupRestore(Model):
    """A backup that is made, or was made, a tenant again.

    `target_id` is the tenant that it becomes: a new one, or where `over` is true the one that is
    there, whose database is put aside as `put_aside`.
    """

    __tablename__ = "backup_restore"
    __table_args__ = (
        CheckConstraint("status IN ('running', 'done', 'failed')", "status"),
        Index("ix_backup_restore_backup_id", "backup_id"),
        Index("ix_backup_restore_server_id", "server_id"),
        _UNAUDITED,
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    backup_id: Mapped[str] = mapped_column(ForeignKey(Backup.id))
    target_id: Mapped[str]
    server_id: Mapped[int | None] = mapped_column(ForeignKey("tenants.database_server.id"))
    """Where it is restored, chosen once, so that a killed restore goes on at the same place."""
    slug: Mapped[str]
    over: Mapped[bool] = mapped_column(default=False, server_default="false")
    put_aside: Mapped[str] = mapped_column(default="", server_default="")
    status: Mapped[str] = mapped_column(default="running", server_default="running")
    problem: Mapped[str] = mapped_column(default="", server_default="")
    asked_by: Mapped[str] = mapped_column(default="", server_default="")
    begun_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]

    backup: Mapped[Backup] = relationship()
    server: Mapped[DatabaseServer | None] = relationship()


MODELS: Final = (BackupDestination, BackupKey, Backup, BackupRestore)
