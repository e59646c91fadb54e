"""Proves that a copy is whole, before anybody is led to it: rows of every table, and what must
always be true of a company's data."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

import psycopg

from core.addons.recorded import Compared
from core.addons.states import TenantStates
from core.custom.registry import CustomFields
from core.db.memory import Memory
from core.kernel import Kernel
from core.tenancy.tenant import DatabaseAddress, Tenant
from tenants import health, names
from tenants.health import Finding
from tenants.moving.tables import Tables, count_rows
from tenants.provisioning import roles
from tenants.provisioning.roles import Login, Logins

_NAMED: Final = 5


class NotTheSame(Exception):
    """The copy is not what the original is; the message says in what."""


def require_same_rows(
    source: psycopg.Connection, target: psycopg.Connection, tables: Tables
) -> int:
    """Count the rows of all tables on both sides while nobody writes; gives how many there are.
    Raises NotTheSame."""
    with ThreadPoolExecutor(1) as beside:
        there = beside.submit(count_rows, target, tables.all)
        here = count_rows(source, tables.all)
        copied = there.result()
    wrong = [name for name in tables.all if here[name] != copied.get(name)]
    if wrong:
        said = [f"{'.'.join(n)} {here[n]} and not {copied.get(n)}" for n in wrong[:_NAMED]]
        raise NotTheSame(f"rows of {len(wrong)} tables differ: {', '.join(said)}")
    return sum(here.values())


def findings_of(kernel: Kernel, tenant: Tenant) -> Mapping[str, Finding]:
    """What the invariants say, as doctor would ask them."""
    return {finding.name: finding for finding in health.of_tenant(kernel, tenant)}


def require_sound(kernel: Kernel, tenant: Tenant, copy: Tenant) -> Mapping[str, str]:
    """Ask everything that must always be true of the copy; gives the figures. What does not hold
    is asked of the original too: what was wrong before is no fault of the copy. Raises
    NotTheSame."""
    found = findings_of(_apart(kernel), copy)
    broken = [name for name, finding in found.items() if not finding.holds]
    if broken:
        before = findings_of(kernel, tenant)
        worse = [name for name in broken if name not in before or before[name].holds]
        if worse:
            said = "; ".join(f"{name}: {found[name].detail}" for name in worse[:_NAMED])
            raise NotTheSame(f"what must always be true is not: {said}")
    return {name: finding.figure for name, finding in found.items()}


def _apart(kernel: Kernel) -> Kernel:
    """The same process, which has read nothing yet: of the copy nothing shall be remembered for the
    original, nor the other way round."""
    return replace(
        kernel,
        states=TenantStates(kernel.catalog),
        memory=Memory(),
        compared=Compared(),
        custom_fields=CustomFields(),
    )


def copy_of(admin: psycopg.Connection, tenant: Tenant, database: str, logins: Logins) -> Tenant:
    """The copy as the kernel reads it, by roles of its own."""
    roles.open_database(admin, database, logins)

    def address(login: Login) -> DatabaseAddress:
        return replace(
            tenant.runtime,
            host=admin.info.host,
            port=admin.info.port,
            database=database,
            user=login.role,
            password=login.secret,
        )

    return replace(
        tenant,
        held_until=None,
        runtime=address(logins.runtime),
        owner=address(logins.owner),
    )


def temporary_logins(tenant_id: str, secret: str) -> Logins:
    """Roles that are gone when the copy has been looked at."""
    runtime, owner = names.template_role_names(names.moving_name(tenant_id))
    return Logins(Login(runtime, secret), Login(owner, secret))
