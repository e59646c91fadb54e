"""Which way an organization can be moved, and for how long nobody could write meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.i18n import phrase
from core.secrets import SecretBox
from tenants.models import DatabaseServer, Organization
from tenants.moving import tables
from tenants.placement.facts import Facts, facts_of, require_fit
from tenants.provisioning import roles, servers

BYTES_PER_SECOND: Final = 12_000_000
"""What a dump and restore carries over at the least, indexes and checks included."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`method` as in `Move`; `reason` is why it cannot be replication. `seconds` is an estimate of
    how long nobody could write."""

    method: str
    reason: str
    size: int
    seconds: float


def plan(
    box: SecretBox, organization: Organization, source: DatabaseServer, target: DatabaseServer
) -> Plan:
    """Look at both servers and the database. Raises Unavailable where one cannot be reached, and
    Conflict where the target will not do."""
    with servers.connect(target, box) as admin:
        taking = facts_of(admin)
    require_fit(taking)
    inside = servers.admin_address(source, box, organization.database_name)
    with roles.connect_as_admin(inside) as connection:
        sending, size = facts_of(connection), tables.size_of(connection)
        whole = tables.can_be_followed(connection)
    reason = _reason(source, target, sending, taking, whole=whole)
    if not reason:
        return Plan("replication", "", size, 3.0)
    return Plan("dump", reason, size, 3.0 + size / BYTES_PER_SECOND)


def _reason(
    source: DatabaseServer, target: DatabaseServer, sending: Facts, taking: Facts, *, whole: bool
) -> str:
    if source.host.startswith("/") and not target.host.startswith("/"):
        return phrase("{server} can be reached on its own machine only", server=source.name)
    if not sending.sends_changes:
        return phrase(
            "{server} does not send its changes: it needs wal_level = logical, and its"
            " administrator the attribute REPLICATION",
            server=source.name,
        )
    if not taking.takes_changes:
        return phrase(
            "{server} cannot follow: its administrator needs the role pg_create_subscription",
            server=target.name,
        )
    if not whole:
        return phrase("its database holds what replication does not carry over")
    return ""
