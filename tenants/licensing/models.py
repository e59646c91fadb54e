"""What the control plane keeps of licences: keys, certificates, licences, and what was revoked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from core.db.base import Model, Record
from tenants.models import SCHEMA, Organization

_UNAUDITED = {"schema": SCHEMA, "info": {"audit": "none"}}


class LicenceKey(Record, Model):
    """A key of the vendor whose licences and certificates count here.

    `sealed_key` holds its private half where the operator issues licences on this control plane;
    a deployment that only uses licences has none.
    """

    __tablename__ = "licence_key"
    __table_args__ = ({"schema": SCHEMA},)

    key_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    public_key: Mapped[str]
    sealed_key: Mapped[str | None] = mapped_column(
        info={"secret": True, "sealed_for": "tenants.licence_key/{key_id}"}
    )
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(default="", server_default="")


class LicenceCertificate(Record, Model):
    """A reseller's certificate that is known here. With `sealed_key`, the private half of the
    reseller's key, licences are issued from this control plane."""

    __tablename__ = "licence_certificate"
    __table_args__ = (Index("ix_licence_certificate_key_id", "key_id"), {"schema": SCHEMA})

    serial: Mapped[str] = mapped_column(unique=True)
    key_id: Mapped[str]
    signed_by: Mapped[str]
    holder: Mapped[str]
    token: Mapped[str]
    addons: Mapped[list[str]]
    max_seats: Mapped[int | None]
    issued_at: Mapped[datetime]
    until: Mapped[datetime]
    sealed_key: Mapped[str | None] = mapped_column(
        info={"secret": True, "sealed_for": "tenants.licence_certificate/{serial}"}
    )
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(default="", server_default="")


class OrganizationLicence(Record, Model):
    """A licence that an organization holds or held. What counts is the signed `token`; the other
    columns repeat it for lists and searches."""

    __tablename__ = "licence"
    __table_args__ = (
        Index("ix_licence_organization_id", "organization_id"),
        Index("ix_licence_certificate_serial", "certificate_serial"),
        {"schema": SCHEMA},
    )

    serial: Mapped[str] = mapped_column(unique=True)
    organization_id: Mapped[str] = mapped_column(ForeignKey(Organization.id, ondelete="CASCADE"))
    token: Mapped[str]
    key_id: Mapped[str]
    certificate_serial: Mapped[str | None]
    addons: Mapped[list[str]]
    seats: Mapped[int | None]
    quotas: Mapped[dict[str, Any]] = mapped_column(JSONB(), server_default=text("'{}'"))
    trial: Mapped[bool]
    issued_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    until: Mapped[datetime | None]
    grace_days: Mapped[int]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(default="", server_default="")
    replaced_by: Mapped[str | None]
    """The serial of the licence that it was renewed by."""

    organization: Mapped[Organization] = relationship()
    reseller_id: Mapped[int | None] = column_property(
        select(Organization.reseller_id)
        .where(Organization.id == organization_id)
        .correlate_except(Organization)
        .scalar_subquery()
    )
    """Whose customer the organization is now: who sold it the licence may be somebody else."""


class KnownRevocations(Model):
    """The newest list of revocations of one key."""

    __tablename__ = "licence_revocations"
    __table_args__ = (_UNAUDITED,)

    key_id: Mapped[str] = mapped_column(primary_key=True)
    list_version: Mapped[int]
    issued_at: Mapped[datetime]
    token: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


class LicenceWatch(Model):
    """One row: the highest time that was seen here, and how the licence server answered."""

    __tablename__ = "licence_watch"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), _UNAUDITED)

    id: Mapped[int] = mapped_column(BigInteger(), primary_key=True, autoincrement=False)
    seen_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    renewed_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="", server_default="")
    """Why the licence server could not be asked the last time."""


MODELS = (LicenceKey, LicenceCertificate, OrganizationLicence, KnownRevocations, LicenceWatch)
