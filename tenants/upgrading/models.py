"""The control plane's tables about upgrades: what is in each organization, and runs over all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Model
from tenants.models import SCHEMA, Organization

_UNAUDITED = {"schema": SCHEMA, "info": {"audit": "none"}}


class SchemaRecord(Model):
    """That an organization's addons are known, and of which database: PostgreSQL's own number for
    it. While there is a `doubt`, somebody has begun to change them."""

    __tablename__ = "schema_record"
    __table_args__ = (_UNAUDITED,)

    organization_id: Mapped[str] = mapped_column(
        ForeignKey(Organization.id, ondelete="CASCADE"), primary_key=True
    )
    database: Mapped[int] = mapped_column(server_default="0")
    fingerprint: Mapped[str] = mapped_column(server_default="")
    doubt: Mapped[str | None]
    told_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SchemaHead(Model):
    """An addon of an organization as its own database has it: see `core.addons.models`."""

    __tablename__ = "schema_head"
    __table_args__ = (Index("ix_schema_head_addon", "addon", "state"), _UNAUDITED)

    organization_id: Mapped[str] = mapped_column(
        ForeignKey(SchemaRecord.organization_id, ondelete="CASCADE"), primary_key=True
    )
    addon: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    version: Mapped[str]
    head: Mapped[str | None]
    digest: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")


class UpgradeRun(Model):
    """One upgrade of all organizations that were behind a release. `ring` is how far it is: 0 are
    the canaries, 1 everybody else. `note` says why it rests."""

    __tablename__ = "upgrade_run"
    __table_args__ = (
        CheckConstraint("status IN ('running', 'paused', 'done', 'superseded')", name="status"),
        CheckConstraint("parallel BETWEEN 1 AND 64", name="parallel"),
        _UNAUDITED,
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    release: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="running")
    ring: Mapped[int] = mapped_column(Integer, server_default="0")
    parallel: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(server_default="")
    started_by: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]


class UpgradeStep(Model):
    """One organization in a run. Whoever works on it holds its row, so that one that is killed lets
    go of it; `suspended` are the addons that failed and `reason` is why."""

    __tablename__ = "upgrade_step"
    __table_args__ = (
        UniqueConstraint("run_id", "organization_id"),
        CheckConstraint("status IN ('waiting', 'done', 'failed')", name="status"),
        Index("ix_upgrade_step_organization_id", "organization_id"),
        Index(
            "ix_upgrade_step_waiting",
            "run_id",
            "ring",
            "id",
            postgresql_where=text("status = 'waiting'"),
        ),
        _UNAUDITED,
    )

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey(UpgradeRun.id, ondelete="CASCADE"))
    organization_id: Mapped[str] = mapped_column(ForeignKey(Organization.id, ondelete="CASCADE"))
    ring: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(server_default="waiting")
    retry: Mapped[bool] = mapped_column(server_default=text("false"))
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    not_before: Mapped[datetime] = mapped_column(server_default=func.now())
    addons: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"))
    suspended: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"))
    reason: Mapped[str] = mapped_column(server_default="")
    seconds: Mapped[float | None]
    finished_at: Mapped[datetime | None]

    organization: Mapped[Organization] = relationship()


class Rehearsal(Model):
    """An upgrade that was tried on a copy of an organization's database, and what came of it."""

    __tablename__ = "rehearsal"
    __table_args__ = (
        Index("ix_rehearsal_organization_id", "organization_id", "id"),
        _UNAUDITED,
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    organization_id: Mapped[str] = mapped_column(ForeignKey(Organization.id, ondelete="CASCADE"))
    release: Mapped[str]
    passed: Mapped[bool]
    report: Mapped[dict[str, Any]] = mapped_column(JSONB())
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    organization: Mapped[Organization] = relationship()


MODELS = (SchemaRecord, SchemaHead, UpgradeRun, UpgradeStep, Rehearsal)
