"""What the operator's staff may do on the control plane."""

from __future__ import annotations

from typing import Final

from core.declare import Permission, Role, msg

SEE: Final = Permission("tenants.organization.see", msg("See organizations"))
MANAGE: Final = Permission(
    "tenants.organization.manage", msg("Change, suspend and resume organizations")
)

OPERATOR: Final = Role("tenants.operator", msg("Operator"), (SEE.code, MANAGE.code))
ONLOOKER: Final = Role("tenants.onlooker", msg("Support"), (SEE.code,))
