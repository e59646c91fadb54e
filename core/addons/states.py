"""Which addons a tenant has at this moment: the one place that decides.

Enabled is what the tenant switched on, of what its package and licences allow, of what this
process has loaded, closed under dependencies. An addon whose licence is over stays enabled, and
is read-only after its days of grace (`core.addons.standings`). The rows are in the tenant's own
database, read within the request's own session and believed for `TTL` seconds
(docs/decisions/0004).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from packaging.version import Version
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.addons.catalog import Catalog, CatalogView, LoadedAddon
from core.addons.graph import closure
from core.addons.standings import INCLUDED, Standing, licensed_standing
from core.db.base import utc_now
from core.db.session import binding
from core.i18n.phrases import phrase
from core.tenancy.entitlements import Entitlement
from core.tenancy.tenant import Tenant

TTL: Final = 0.8
"""Seconds; a toggle must show everywhere within one."""
KERNEL: Final = "core"
_SWEEP_AT: Final = 200
"""Tenants remembered before the stale ones are dropped."""
CLOCK_TOLERANCE: Final = timedelta(days=1)
"""How far a clock may be behind the highest time seen before it counts as set back."""

State = Literal["enabled", "disabled", "suspended", "purged"]


@dataclass(frozen=True, slots=True)
class AddonRow:
    """What is recorded of an addon, and why it does not work if it should (`reason`). The kernel's
    own row holds in `seen_at` the highest time that this database has seen."""

    name: str
    state: State
    version: str = ""
    head: str | None = None
    reason: str = ""
    digest: str = ""
    seen_at: str | None = None


@dataclass(frozen=True, slots=True)
class TenantState:
    """The addons of one tenant. `behind` names those whose tables an upgrade must bring up, and
    those that an enabled one has come to depend on, `read_only` those whose licence lapsed;
    `standings` says of each enabled one how it stands. `clock_behind` is by how much the clock was
    found set back, if it was."""

    enabled: frozenset[str]
    rows: Mapping[str, AddonRow]
    behind: frozenset[str]
    standings: Mapping[str, Standing] = field(default_factory=dict)
    read_only: frozenset[str] = frozenset()
    clock_behind: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class _Known:
    state: TenantState
    tenant: Tenant
    at: float


class TenantStates:
    """The states of the tenants that this process serves; thread-safe, one per process."""

    def __init__(self, catalog: Catalog, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._catalog = catalog
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._epoch = 0

    def of(self, session: Session) -> TenantState:
        """The state of the session's tenant, at most `TTL` seconds old."""
        tenant = binding(session).tenant
        known = self._known.get(tenant.id)
        now = self._clock()
        # A tenant whose package changed is another value than the one remembered.
        if known is not None and now - known.at < TTL and known.tenant == tenant:
            return known.state
        epoch = self._epoch
        state = read(session, self._catalog)
        if len(self._known) >= _SWEEP_AT:
            self._sweep(now)
        # What was read before a change was made known may be older than the change.
        if epoch == self._epoch:
            self._known[tenant.id] = _Known(state, tenant, now)
        return state

    def forget(self, tenant_id: str) -> None:
        """Read anew the next time; called in the process that made the change."""
        self._epoch += 1
        self._known.pop(tenant_id, None)

    def _sweep(self, now: float) -> None:
        """Drop what is too old to be believed, so that idle tenants cost no memory."""
        for tenant_id, known in list(self._known.items()):
            if now - known.at >= TTL:
                self._known.pop(tenant_id, None)


def view(session: Session) -> CatalogView:
    """What the addons enabled for the session's tenant contribute."""
    context = binding(session).context
    return context["kernel"].catalog.view(context["state"].enabled)


def read(session: Session, catalog: Catalog) -> TenantState:
    """The state of the session's tenant as its database has it now."""
    return resolve(binding(session).tenant, catalog, _rows(session))


def resolve(
    tenant: Tenant, catalog: Catalog, rows: Mapping[str, AddonRow], clock: datetime | None = None
) -> TenantState:
    """Decide what is enabled; see the module's text for the rule. `clock` is what time it is."""
    clock = clock or utc_now()
    now = max((clock, *_seen(tenant, rows)))
    wanted = _wanted(tenant, catalog, rows)
    about = _by_addon(tenant.entitlements)
    standings = {
        name: _standing(tenant, catalog, name, about.get(name, ()), now) for name in wanted
    }
    reasons = {
        name: _obstacle(name, tenant, catalog, rows.get(name), standings[name]) for name in wanted
    }
    enabled = frozenset(name for name, reason in reasons.items() if not reason)
    closed = _closed(enabled, catalog)
    reasons |= {name: _lacking(name, closed, catalog) for name in enabled - closed}
    behind = frozenset(n for n in closed if _is_behind(catalog.addons[n], rows.get(n)))
    return TenantState(
        enabled=closed,
        rows={name: _explained(row, reasons.get(name, "")) for name, row in rows.items()},
        behind=behind | _newly_needed(enabled, tenant, catalog, rows, now),
        standings={name: found for name, found in standings.items() if found and name in closed},
        read_only=frozenset(n for n in closed if (s := standings[n]) and s.is_read_only),
        clock_behind=now - clock if now - clock > CLOCK_TOLERANCE else timedelta(),
    )


def time_that_counts(tenant: Tenant, rows: Mapping[str, AddonRow]) -> datetime:
    """Now, or the highest time that was seen if the clock is behind it."""
    return max((utc_now(), *_seen(tenant, rows)))


def standing_of(tenant: Tenant, catalog: Catalog, name: str, now: datetime) -> Standing | None:
    """How the tenant stands with an addon at this time; None if it has no right to it.

    What the package names is included, and so is what is free, whatever licences say. Of anything
    else a licence that is about the addon says how it stands. Without one, everything is included
    where no package was ever named.
    """
    about = [one for one in tenant.entitlements if name in one.addons]
    return _standing(tenant, catalog, name, about, now)


def _standing(
    tenant: Tenant, catalog: Catalog, name: str, about: Sequence[Entitlement], now: datetime
) -> Standing | None:
    if tenant.is_control or name == KERNEL or (tenant.allowed and name in tenant.allowed):
        return INCLUDED
    addon = catalog.addons.get(name)
    if addon is not None and addon.manifest.licence == "free":
        return INCLUDED
    found = licensed_standing(about, now)
    if found is None and tenant.allowed is None:
        return INCLUDED
    return found


def _by_addon(entitlements: Iterable[Entitlement]) -> Mapping[str, Sequence[Entitlement]]:
    found: dict[str, list[Entitlement]] = {}
    for one in entitlements:
        for name in one.addons:
            found.setdefault(name, []).append(one)
    return found


def is_allowed(tenant: Tenant, catalog: Catalog, name: str) -> bool:
    """Whether the tenant's package or a licence, in force or over, includes the addon."""
    return standing_of(tenant, catalog, name, time_that_counts(tenant, {})) is not None


def _seen(tenant: Tenant, rows: Mapping[str, AddonRow]) -> tuple[datetime, ...]:
    """The times that were seen already, in this tenant's database and outside it."""
    kernel = rows.get(KERNEL)
    noted = kernel.seen_at if kernel is not None else None
    seen = (datetime.fromisoformat(noted) if noted else None, tenant.time_floor)
    return tuple(moment for moment in seen if moment is not None)


def _newly_needed(
    enabled: frozenset[str],
    tenant: Tenant,
    catalog: Catalog,
    rows: Mapping[str, AddonRow],
    now: datetime,
) -> frozenset[str]:
    """What a later release of a switched-on addon depends on, and nobody could switch on before:
    an upgrade does. Only where all that the addon needs can be had."""
    found: set[str] = set()
    depends = catalog.depends()
    for name in enabled:
        needed = closure([name], depends) - enabled
        if all(_can_be_had(other, tenant, catalog, rows.get(other), now) for other in needed):
            found |= needed
    return frozenset(found)


def _can_be_had(
    name: str, tenant: Tenant, catalog: Catalog, row: AddonRow | None, now: datetime
) -> bool:
    if row is not None and row.state in ("enabled", "suspended"):
        return False
    return not _obstacle(name, tenant, catalog, row, standing_of(tenant, catalog, name, now))


def _wanted(tenant: Tenant, catalog: Catalog, rows: Mapping[str, AddonRow]) -> set[str]:
    """What is switched on: for a tenant by its rows, on the control plane what belongs there."""
    if tenant.is_control:
        switched_on = {name for name, addon in catalog.addons.items() if addon.manifest.control}
    else:
        switched_on = {name for name, row in rows.items() if row.state == "enabled"}
    return {KERNEL} | switched_on


def _obstacle(
    name: str, tenant: Tenant, catalog: Catalog, row: AddonRow | None, standing: Standing | None
) -> str:
    """Why an addon that is switched on does not work here, or nothing."""
    addon = catalog.addons.get(name)
    if addon is None:
        why = next((r.reason for r in catalog.refused if r.name == name), "it is not installed")
        return phrase("The server could not load it: {why}.", why=why)
    if addon.manifest.control and not tenant.is_control:
        return phrase("It belongs to the control plane alone.")
    if standing is None:
        return phrase("It is not part of the package.")
    if row is not None and row.version == addon.manifest.version and row.digest != addon.digest:
        return phrase(
            "Its files were changed since they were accepted, under the same version."
            " Upgrade it to accept them, or restore them."
        )
    return ""


def _closed(names: frozenset[str], catalog: Catalog) -> frozenset[str]:
    """Those whose dependencies are all among them. Load order puts dependencies first."""
    kept: set[str] = set()
    for name, addon in catalog.addons.items():
        if name in names and kept.issuperset(addon.manifest.depends):
            kept.add(name)
    return frozenset(kept)


def _lacking(name: str, enabled: frozenset[str], catalog: Catalog) -> str:
    lacking = [n for n in catalog.addons[name].manifest.depends if n not in enabled]
    return phrase("It needs {addons}, which is not enabled.", addons=", ".join(lacking))


def _is_behind(addon: LoadedAddon, row: AddonRow | None) -> bool:
    if row is None:
        return True
    if row.version and Version(row.version) > Version(addon.manifest.version):
        # Written by a newer version: of processes that run beside this one, or of one that was
        # taken back, whose tables it brings back itself.
        return addon.later is not None
    if row.digest != addon.digest:
        return True
    # A head that this process does not know was written by a newer one, while both run.
    return row.head != addon.head and (row.head is None or row.head in addon.revisions)


def _explained(row: AddonRow, reason: str) -> AddonRow:
    return replace(row, reason=reason) if reason else row


def _rows(session: Session) -> dict[str, AddonRow]:
    found: Iterable[dict[str, Any]] = session.execute(_READ).scalars()
    known = {field.name for field in fields(AddonRow)}
    rows = (AddonRow(**{key: row[key] for key in row.keys() & known}) for row in found)
    return {row.name: row for row in rows}


# Not by the model: a tenant that is behind may lack a column that the model has.
_READ = text("SELECT to_jsonb(addon) FROM core.addon AS addon")
