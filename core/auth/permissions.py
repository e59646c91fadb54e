"""The permissions that the administration of users, roles and the audit trail asks for."""

from __future__ import annotations

from typing import Final

from core.declare import Permission, msg

MANAGE_USERS: Final = Permission("core.user.manage", msg("Manage users, teams and branches"))
MANAGE_ROLES: Final = Permission("core.role.manage", msg("Manage roles and what they may do"))
MANAGE_TOKENS: Final = Permission("core.token.manage", msg("Make API tokens"))
READ_AUDIT: Final = Permission("core.audit.read", msg("Read the audit trail"))

ALL: Final = (
    MANAGE_USERS,
    MANAGE_ROLES,
    MANAGE_TOKENS,
    READ_AUDIT,
)

WITHHELD_FROM_GUESTS: Final = frozenset(
    {
        MANAGE_USERS.code,
        MANAGE_ROLES.code,
        MANAGE_TOKENS.code,
        "core.addons.manage",
        "core.data.take",
        "core.domain.manage",
        "core.guests.manage",
        "core.sample.manage",
        "core.webhooks.manage",
    }
)
"""What nobody of the operator or a reseller holds in a company, whatever role they were given: by
these somebody could stay when the time is up, or take everything along."""
