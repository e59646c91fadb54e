"""The licences of customers, as those who sell to them look after them."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.declare import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    MenuItem,
    Operations,
    RecordRules,
    Resource,
    Section,
    Values,
    msg,
)
from tenants.licensing import licences
from tenants.licensing.models import OrganizationLicence
from tenants.permissions import MANAGE_CUSTOMERS, SEE_CUSTOMERS


def _keep_reason(session: Session, row: OrganizationLicence, values: Values) -> OrganizationLicence:
    if "revoked_reason" in values and row.revoked_at is None:
        row.revoked_reason = " ".join((values["revoked_reason"] or "").split())
        session.flush()
    return row


def _revoke(session: Session, row: OrganizationLicence) -> str:
    licences.revoke(session, row, row.revoked_reason)
    return msg("It was taken back. Its addons can be read, and no longer changed.")


def _is_theirs(row: OrganizationLicence) -> bool:
    """Whether a reseller issued it, and it was not taken back: what the vendor gave, no reseller
    takes away."""
    return row.revoked_at is None and row.certificate_serial is not None


SOLD_LICENCES: Final = Resource(
    name="customer-licences",
    model=OrganizationLicence,
    title=msg("Licences of customers"),
    singular=msg("Licence"),
    help=msg("What customers were given, and when it ends. A customer's page gives a new one."),
    access=Access(read=SEE_CUSTOMERS, update=MANAGE_CUSTOMERS),
    rules=RecordRules(team="reseller_id"),
    record_title=lambda row: row.serial[:12],
    columns=(
        Column("organization.title", msg("Customer")),
        Column("addons", msg("Addons")),
        Column("trial", msg("Trial")),
        Column("seats", msg("Seats")),
        Column("until", msg("Until")),
        Column("revoked_at", msg("Revoked")),
    ),
    search=("organization.title", "serial"),
    filters=(
        Filter("organization_id", msg("Customer"), reference="tenants.customers"),
        Filter("trial", msg("Trial")),
        Filter("until", msg("Until")),
    ),
    order=("until",),
    form=(
        Section(
            msg("Licence"),
            (
                Field("serial", msg("Serial"), readonly=True),
                Field("starts_at", msg("From"), readonly=True),
                Field("until", msg("Until"), readonly=True),
                Field("grace_days", msg("Days of grace"), readonly=True),
                Field("seats", msg("Seats"), readonly=True),
                Field("revoked_at", msg("Revoked"), readonly=True),
                Field(
                    "revoked_reason",
                    msg("Reason"),
                    required=False,
                    help=msg("Why it is revoked, or will be. Whoever holds it is told."),
                ),
            ),
        ),
    ),
    actions=(
        Action(
            "revoke",
            msg("Revoke"),
            MANAGE_CUSTOMERS,
            _revoke,
            when=_is_theirs,
            confirm=msg("Take this licence back, without days of grace?"),
            style="danger",
        ),
    ),
    operations=Operations(update=_keep_reason),
    discussed=False,
    customizable=False,
)

MENU: Final = (
    MenuItem(
        msg("Licences of customers"),
        "/tenants/customer-licences",
        SEE_CUSTOMERS,
        icon="card-checklist",
        order=13,
    ),
)
