"""What the operator's staff, and that of resellers, may do on the control plane."""

from __future__ import annotations

from typing import Final

from core.addons.permissions import SEE_ADDONS
from core.declare import Permission, Role, msg

SEE: Final = Permission("tenants.organization.see", msg("See organizations"))
MANAGE: Final = Permission(
    "tenants.organization.manage", msg("Change, suspend and resume organizations")
)
DELETE: Final = Permission(
    "tenants.organization.delete", msg("Export, delete and remove organizations")
)
SEE_RESELLERS: Final = Permission("tenants.reseller.see", msg("See resellers"))
MANAGE_RESELLERS: Final = Permission(
    "tenants.reseller.manage", msg("Manage resellers, and what they may sell at which cost")
)
SEE_CUSTOMERS: Final = Permission(
    "tenants.customer.see", msg("See customers and what they asked for")
)
MANAGE_CUSTOMERS: Final = Permission(
    "tenants.customer.manage", msg("Change, suspend and resume customers, and answer them")
)
ASK_IN: Final = Permission("tenants.guest.ask", msg("Ask organizations to be let in"))
SEE_OFFERS: Final = Permission("tenants.offer.see", msg("See what is sold, and at which price"))
SELL: Final = Permission("tenants.offer.manage", msg("Set prices, trials and who sees an offer"))
SEE_BRANDS: Final = Permission("tenants.brand.see", msg("See brands"))
MANAGE_BRANDS: Final = Permission("tenants.brand.manage", msg("Change how brands look"))
INSTALL: Final = Permission(
    "tenants.deployment.install", msg("Install and remove addons of this deployment")
)
SEE_LICENCES: Final = Permission("tenants.licence.see", msg("See licences and their keys"))
MANAGE_LICENCES: Final = Permission(
    "tenants.licence.manage", msg("Revoke licences, and set the licence server")
)

SEE_BACKUPS: Final = Permission("tenants.backup.see", msg("See backups and their proofs"))
MANAGE_BACKUPS: Final = Permission(
    "tenants.backup.manage", msg("Make, prove and restore backups, and say where they go")
)
SEE_REVIEWS: Final = Permission("tenants.review.see", msg("See reviews of addons"))
MANAGE_REVIEWS: Final = Permission(
    "tenants.review.manage", msg("Hide reviews of addons, and answer them")
)

ALL: Final = (
    SEE,
    INSTALL,
    MANAGE,
    DELETE,
    SEE_RESELLERS,
    MANAGE_RESELLERS,
    SEE_CUSTOMERS,
    MANAGE_CUSTOMERS,
    ASK_IN,
    SEE_OFFERS,
    SELL,
    SEE_BRANDS,
    MANAGE_BRANDS,
    SEE_LICENCES,
    MANAGE_LICENCES,
    SEE_BACKUPS,
    MANAGE_BACKUPS,
    SEE_REVIEWS,
    MANAGE_REVIEWS,
)

OPERATOR: Final = Role(
    "tenants.operator",
    msg("Operator"),
    (
        SEE.code,
        MANAGE.code,
        DELETE.code,
        INSTALL.code,
        SEE_RESELLERS.code,
        MANAGE_RESELLERS.code,
        SEE_CUSTOMERS.code,
        MANAGE_CUSTOMERS.code,
        ASK_IN.code,
        SEE_OFFERS.code,
        SELL.code,
        SEE_BRANDS.code,
        MANAGE_BRANDS.code,
        SEE_ADDONS.code,
        SEE_LICENCES.code,
        MANAGE_LICENCES.code,
        SEE_BACKUPS.code,
        MANAGE_BACKUPS.code,
        SEE_REVIEWS.code,
        MANAGE_REVIEWS.code,
    ),
)
ONLOOKER: Final = Role(
    "tenants.onlooker",
    msg("Support"),
    (
        *(SEE.code, SEE_RESELLERS.code, SEE_CUSTOMERS.code, ASK_IN.code, SEE_OFFERS.code),
        *(SEE_BRANDS.code, SEE_ADDONS.code, SEE_LICENCES.code),
        *(SEE_BACKUPS.code, SEE_REVIEWS.code),
    ),
)
RESELLER: Final = Role(
    "tenants.reseller",
    msg("Reseller"),
    (
        SEE_RESELLERS.code,
        SEE_CUSTOMERS.code,
        MANAGE_CUSTOMERS.code,
        ASK_IN.code,
        SEE_OFFERS.code,
        SELL.code,
        SEE_BRANDS.code,
        MANAGE_BRANDS.code,
        SEE_ADDONS.code,
    ),
    reach="team",
)
"""Everything of the reseller that the user is staff of, and nothing of any other."""
