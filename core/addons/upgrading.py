"""Brings a tenant's tables up to the code: one transaction, and whoever breaks it stays behind.

If an addon's migration fails, the whole transaction is undone, the addon is suspended with
the reason in a second, small one, and the rest is tried again without it and without what
depends on it. The tenant works on; `retry` tries the suspended addon once more.

What an enabled addon has come to depend on is enabled with it: who had the addon keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from core.addons import graph, recorded
from core.addons.catalog import Catalog
from core.addons.relations import find
from core.addons.states import KERNEL, TenantState, is_allowed
from core.addons.transaction import (
    AddonFailed,
    bring_up,
    catalog_of,
    changing,
    current,
    record,
    refresh,
    switch_on,
)
from core.errors import Unavailable
from core.i18n.phrases import phrase

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.auth.actor import Actor
    from core.kernel import Kernel
    from core.tenancy.tenant import Tenant

Wanted = Callable[[TenantState], frozenset[str]]

_TRY_AGAIN: Final = 300


class KernelFailed(Unavailable):
    """The kernel's own tables could not be brought up: nothing of this tenant can be served."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The addons that were brought up, and those that were suspended, with the reasons."""

    addons: tuple[str, ...] = ()
    suspended: Mapping[str, str] = field(default_factory=dict)


def upgrade(kernel: Kernel, tenant: Tenant, *, actor: Actor | None = None) -> Upgraded:
    """Bring everything up, what was suspended or changed on disk included.

    Upgrading is how an admin accepts an addon whose files were changed.
    """

    def wanted(state: TenantState) -> frozenset[str]:
        return state.behind | _stuck(kernel.catalog, tenant, state)

    return _run(kernel, tenant, wanted, actor)


def retry(kernel: Kernel, tenant: Tenant, name: str, *, actor: Actor | None = None) -> Upgraded:
    """Try a suspended or changed addon again, and nothing else but what is behind anyway."""
    find(kernel.catalog, name)

    def wanted(state: TenantState) -> frozenset[str]:
        return state.behind | (_stuck(kernel.catalog, tenant, state) & {name})

    return _run(kernel, tenant, wanted, actor)


def ensure_current(
    kernel: Kernel,
    tenant: Tenant,
    *,
    actor: Actor | None = None,
    patience: float | None = None,
) -> Upgraded:
    """Bring up what is behind, for a request or a job that meets it; cheap when nothing is.

    With `patience`, waits so many seconds at most: the upgrade goes on without the caller, who is
    told by Unavailable when to come back. What failed before is left alone. Raises KernelFailed if
    that was the kernel itself: then nothing of this tenant can be served.
    """
    with kernel.session(tenant, readonly=True) as session:
        state = current(session)
        known = bool(state.behind) or recorded.is_recorded(session, state.rows)
    if not known:
        with changing(kernel, tenant, actor, action="upgrade", look=True):
            pass
    if not state.behind:
        return Upgraded()
    kernel_row = state.rows.get(KERNEL)
    if kernel_row is not None and kernel_row.state == "suspended":
        raise _not_served()

    def run() -> Upgraded:
        return _run(kernel, tenant, lambda state: state.behind, actor)

    return run() if patience is None else kernel.under_way.wait(tenant.id, run, patience)


def bring_current(kernel: Kernel, tenant: Tenant, *, actor: Actor | None = None) -> Upgraded:
    """The same for a tenant that is known to be behind, or of which nothing is known: looks under
    the lock at once, and has recorded what is there. Raises KernelFailed."""
    kernel_failed: list[bool] = []

    def wanted(state: TenantState) -> frozenset[str]:
        row = state.rows.get(KERNEL)
        kernel_failed.append(row is not None and row.state == "suspended")
        return frozenset() if kernel_failed[-1] else state.behind

    done = _run(kernel, tenant, wanted, actor, look=True)
    if kernel_failed and kernel_failed[-1]:
        raise _not_served()
    return done


def retry_all(
    kernel: Kernel, tenant: Tenant, names: frozenset[str], *, actor: Actor | None = None
) -> Upgraded:
    """Bring up what is behind, and try these suspended addons again; with none named, the kernel's
    own tables, whose failure keeps a tenant from being served."""

    def wanted(state: TenantState) -> frozenset[str]:
        return state.behind | (_stuck(kernel.catalog, tenant, state) & (names | {KERNEL}))

    return _run(kernel, tenant, wanted, actor, look=True)


def _run(
    kernel: Kernel, tenant: Tenant, wanted: Wanted, actor: Actor | None, *, look: bool = False
) -> Upgraded:
    """`look`: have recorded what is there, also where nothing had to be done."""
    failed: dict[str, str] = {}
    while True:
        try:
            with changing(kernel, tenant, actor, action="upgrade", look=look) as session:
                done = _bring_up_all(session, wanted, frozenset(failed))
            return Upgraded(done, failed)
        except AddonFailed as error:
            if error.addon in failed:
                raise
            failed[error.addon] = error.message
            _suspend(kernel, tenant, error, actor)
            if error.addon == KERNEL:
                raise _not_served() from error


def _bring_up_all(session: Session, wanted: Wanted, failed: frozenset[str]) -> tuple[str, ...]:
    """In load order, so the kernel first; anew after each, since one may free others."""
    catalog = catalog_of(session)
    depends = catalog.depends()
    done: list[str] = []
    while True:
        names = wanted(current(session)) - set(done)
        ready = [
            addon
            for name, addon in catalog.addons.items()
            if name in names and not failed & graph.closure([name], depends)
        ]
        if not ready:
            return tuple(done)
        row = current(session).rows.get(ready[0].name)
        if ready[0].name == KERNEL or (row is not None and row.state in ("enabled", "suspended")):
            bring_up(session, ready[0], action="upgrade")
            refresh(session)
        else:
            switch_on(session, ready[0], action="upgrade")
        done.append(ready[0].name)


def _suspend(kernel: Kernel, tenant: Tenant, failure: AddonFailed, actor: Actor | None) -> None:
    with changing(kernel, tenant, actor, action="upgrade") as session:
        record(session, failure.addon, "suspended", reason=failure.message)


def _stuck(catalog: Catalog, tenant: Tenant, state: TenantState) -> frozenset[str]:
    """Switched-on addons that only an upgrade asked for by a person sets going again."""
    return frozenset(
        name
        for name, row in state.rows.items()
        if name in catalog.addons
        and is_allowed(tenant, catalog, name)
        and (
            row.state == "suspended"
            or (row.state == "enabled" and row.digest != catalog.addons[name].digest)
        )
        and state.enabled.issuperset(catalog.addons[name].manifest.depends)
    )


def _not_served() -> KernelFailed:
    return KernelFailed(
        phrase("This company's data could not be brought up to the version that runs here."),
        retry_after=_TRY_AGAIN,
        fix=phrase("Nothing was lost. The operator sees the reason in the addon's history."),
    )
