"""Switches the addons of a tenant on and off, each time in one transaction.

`preview` says first what will happen; `purge` and `upgrade` have files of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.addons import relations
from core.addons.preview import Step, preview
from core.addons.purging import purge
from core.addons.transaction import (
    AddonFailed,
    blaming,
    catalog_of,
    changing,
    current,
    note,
    record,
    refresh,
    switch_on,
)
from core.addons.upgrading import ensure_current, retry, upgrade
from core.errors import AppError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.auth.actor import Actor
    from core.kernel import Kernel
    from core.tenancy.tenant import Tenant

__all__ = [
    "AddonFailed",
    "Step",
    "disable",
    "enable",
    "ensure_current",
    "preview",
    "purge",
    "retry",
    "upgrade",
]


def enable(
    kernel: Kernel, tenant: Tenant, name: str, *, actor: Actor | None = None
) -> tuple[str, ...]:
    """Enable an addon and what it depends on; returns the names that were not enabled before.

    Raises Forbidden if the package does not include one of them, Conflict if one cannot run
    here, and AddonFailed if one broke; then nothing has changed.
    """
    ensure_current(kernel, tenant, actor=actor)
    with changing(kernel, tenant, actor, action="enable") as session:
        catalog, state = catalog_of(session), current(session)
        wanted = relations.to_enable(catalog, state, name)
        for obstacle in relations.obstacles_to_enabling(catalog, tenant, state, wanted):
            raise obstacle
        # One after the other: what a set-up says is not heard by those whose own is yet to come.
        for addon in wanted:
            switch_on(session, addon, action="enable", passing=(AppError,))
    return tuple(addon.name for addon in wanted)


def disable(
    kernel: Kernel,
    tenant: Tenant,
    name: str,
    *,
    with_dependants: bool = False,
    actor: Actor | None = None,
) -> tuple[str, ...]:
    """Disable an addon, its data kept; returns the names that were switched off.

    Raises Conflict while others need it, unless they go along.
    """
    with changing(kernel, tenant, actor, action="disable") as session:
        catalog, state = catalog_of(session), current(session)
        going = relations.to_disable(catalog, state, name)
        if name not in state.rows:
            relations.find(catalog, name)
        alone = [name] if with_dependants else going
        for obstacle in relations.obstacles_to_disabling(catalog, name, alone):
            raise obstacle
        for each in going:
            _switch_off(session, each)
        refresh(session)
    return tuple(going)


def _switch_off(session: Session, name: str) -> None:
    catalog = catalog_of(session)
    # One whose code is gone or broken can still be switched off.
    if name in current(session).enabled:
        with blaming(catalog.addons[name], "addon_disabled", passing=(AppError,)):
            catalog.call("addon_disabled", name, session=session)
            session.flush()
    record(session, name, "disabled")
    note(session, name, "disable")
