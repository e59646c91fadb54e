"""The licences of customers, as those who sell to them look after them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from core.declare import (
    Access,
    Column,
    Filter,
    MenuItem,
    Operations,
    RecordRules,
    Resource,
    msg,
)
from tenants.licensing.models import OrganizationLicence
from tenants.licensing.views import LICENCE_SECTION, REVOKE_LICENCE, keep_reason
from tenants.permissions import MANAGE_CUSTOMERS, SEE_CUSTOMERS


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
    form=(LICENCE_SECTION,),
    actions=(replace(REVOKE_LICENCE, permission=MANAGE_CUSTOMERS, when=_is_theirs),),
    operations=Operations(update=keep_reason),
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
