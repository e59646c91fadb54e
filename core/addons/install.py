"""Fills an empty database: the kernel's tables first, then the addons asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from core.addons import migrations
from core.addons.catalog import Catalog
from core.addons.lifecycle import enable, ensure_current
from core.addons.models import AddonLogEntry, AddonRecord
from core.addons.states import KERNEL
from core.addons.transaction import changing, tell_addons

if TYPE_CHECKING:
    from core.kernel import Kernel
    from core.tenancy.tenant import Tenant


def install(kernel: Kernel, tenant: Tenant, addons: Iterable[str] = ()) -> None:
    """Give a tenant's empty database the kernel's tables and enable these addons.

    The control plane gets what belongs to it without being asked. Repeatable: what is there
    is brought up to date or left alone.
    """
    with kernel.engine.connect(tenant.owner, keep=False) as connection:
        install_kernel(connection, kernel.catalog)
        connection.commit()
    kernel.states.forget(tenant.id)
    ensure_current(kernel, tenant)
    with changing(kernel, tenant, None, action="enable") as session:
        tell_addons(session)
    for name in addons:
        enable(kernel, tenant, name)


def install_kernel(connection: Connection, catalog: Catalog) -> None:
    """Create schema `core` and record the kernel as enabled; does nothing where it is.

    `connection` belongs to the owner role; the caller ends its transaction.
    """
    kernel = catalog.addons[KERNEL]
    head = migrations.upgrade(connection, KERNEL, kernel.folder)
    version = kernel.manifest.version
    with Session(connection, join_transaction_mode="rollback_only") as session:
        if session.get(AddonRecord, KERNEL) is None:
            session.add_all(
                (
                    AddonRecord(
                        name=KERNEL,
                        state="enabled",
                        version=version,
                        head=head,
                        changed_by="system",
                    ),
                    AddonLogEntry(
                        addon=KERNEL,
                        action="enable",
                        outcome="done",
                        actor="system",
                        detail={"version": version, "head": head},
                    ),
                )
            )
            session.flush()
