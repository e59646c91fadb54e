"""What the commands say of licences, and which kind of signed text they were given."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from addon_registry.licences import certificate, revocations
from addon_registry.licences.signed import kind_of
from core.clock import utc_now
from tenants.licensing import keys as licence_keys
from tenants.licensing import licences
from tenants.licensing import revocations as licence_revocations
from tenants.licensing.models import OrganizationLicence


def described(row: OrganizationLicence) -> dict[str, Any]:
    """One licence, as it is printed."""
    return {
        "serial": row.serial,
        "tenant": row.organization.slug,
        "addons": row.addons,
        "seats": row.seats,
        "quotas": ", ".join(f"{name}={most}" for name, most in sorted(row.quotas.items())),
        "trial": row.trial,
        "from": row.starts_at.date().isoformat(),
        "until": None if row.until is None else row.until.date().isoformat(),
        "grace_days": row.grace_days,
        "state": _state(row),
        "reason": row.revoked_reason,
    }


def receive(session: Session, text: str) -> dict[str, Any]:
    """Keep a signed text of whatever kind; what it was."""
    kind = kind_of(text)
    if kind == certificate.KIND:
        held = licence_keys.add_certificate(session, text)
        return {"kind": kind, "holder": held.holder, "serial": held.serial}
    if kind == revocations.KIND:
        taken = licence_revocations.receive(session, text)
        return {"kind": kind, "version": taken.version, "revoked": len(taken.revoked)}
    return {"kind": kind, **described(licences.add(session, text))}


def _state(row: OrganizationLicence) -> str:
    now = utc_now()
    if row.revoked_at is not None:
        return "revoked"
    if row.starts_at > now:
        return "begins later"
    if row.until is not None and row.until <= now:
        return "over"
    return "renewed" if row.replaced_by else "holds"
