"""A backup's database, restored as a scratch database for as long as it is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg

from core.addons.upgrading import ensure_current
from core.kernel import Kernel
from core.tenancy.tenant import DatabaseAddress, Tenant
from tenants.backups import contents
from tenants.backups.reading import BackupReader
from tenants.provisioning.roles import Login, Logins
from tenants.provisioning.scratch import empty_database

PREFIX: Final = "aorabooks_"


@contextmanager
def restored(
    kernel: Kernel,
    admin: psycopg.Connection,
    reader: BackupReader,
    name: str,
    allowed: frozenset[str] | None,
) -> Iterator[Tenant]:
    """The backup's database as `loaded`, its tables brought up to the code."""
    with loaded(kernel, admin, reader, name, allowed) as tenant:
        ensure_current(kernel, tenant)
        yield tenant


@contextmanager
def loaded(
    kernel: Kernel,
    admin: psycopg.Connection,
    reader: BackupReader,
    name: str,
    allowed: frozenset[str] | None,
) -> Iterator[Tenant]:
    """The backup's database under this name, as it was; dropped in the end, unless it was renamed.
    Raises Damaged, or DumpFailed."""
    with empty_database(admin, name) as logins:
        try:
            tenant = _tenant(admin, name, logins, allowed)
            contents.load(tenant.owner, reader.content(contents.DATABASE))
            yield tenant
        finally:
            kernel.states.forget(name)
            kernel.engine.broker.forget(name)


def _tenant(
    admin: psycopg.Connection, name: str, logins: Logins, allowed: frozenset[str] | None
) -> Tenant:
    def address(login: Login) -> DatabaseAddress:
        return DatabaseAddress(admin.info.host, admin.info.port, name, login.role, login.secret)

    return Tenant(
        id=name,
        slug=name.removeprefix(PREFIX),
        title=name,
        status="active",
        runtime=address(logins.runtime),
        owner=address(logins.owner),
        allowed=allowed,
    )
