"""All addons as one tenant's admin sees them: how each stands, why, and what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.orm import Session

from core.addons.catalog import Catalog, LoadedAddon
from core.addons.preview import Step
from core.addons.relations import is_platform
from core.addons.standings import Standing as Licence
from core.addons.states import AddonRow, TenantState, standing_of, time_that_counts
from core.db.session import binding
from core.i18n.phrases import phrase

Standing = Literal["available", "enabled", "disabled", "suspended", "purged", "refused"]
"""Suspended: switched on, and something is in its way. Refused: the server has no code for it."""

_STEPS: Final[dict[Standing, tuple[Step, ...]]] = {
    "available": ("enable",),
    "purged": ("enable",),
    "enabled": ("disable",),
    "suspended": ("disable",),
    "disabled": ("enable", "purge"),
}


@dataclass(frozen=True, slots=True)
class AddonStatus:
    """One addon in one tenant. `reason` says why it does not work, or cannot be had; `licence` how
    the tenant stands with it, None if it has no right to it."""

    name: str
    title: str
    summary: str
    category: str
    version: str
    standing: Standing
    reason: str = ""
    behind: bool = False
    steps: tuple[Step, ...] = ()
    licence: Licence | None = None


def statuses(session: Session) -> list[AddonStatus]:
    """The addons of this process in load order, then those that only the database knows."""
    context = binding(session).context
    catalog: Catalog = context["kernel"].catalog
    state: TenantState = context["state"]
    tenant = binding(session).tenant
    now = time_that_counts(tenant, state.rows)
    shown = [
        _loaded(
            addon,
            state,
            licence=standing_of(tenant, catalog, name, now),
            fixed=is_platform(catalog, name),
        )
        for name, addon in catalog.addons.items()
        if name in state.enabled or addon.manifest.control == tenant.is_control
    ]
    unknown = [row for name, row in state.rows.items() if name not in catalog.addons]
    return [*shown, *(_without_code(row) for row in unknown if row.state != "purged")]


def _loaded(
    addon: LoadedAddon, state: TenantState, *, licence: Licence | None, fixed: bool
) -> AddonStatus:
    allowed = licence is not None
    row = state.rows.get(addon.name)
    standing = _standing(addon.name, row, state)
    reason = row.reason if row is not None and standing == "suspended" else ""
    if not allowed and standing != "suspended":
        reason = phrase("It is not part of the package.")
    steps = () if fixed else _STEPS[standing]
    return AddonStatus(
        name=addon.name,
        title=addon.manifest.title,
        summary=addon.manifest.summary,
        category=addon.manifest.category,
        version=addon.manifest.version,
        standing=standing,
        reason=reason,
        behind=addon.name in state.behind,
        steps=tuple(step for step in steps if allowed or step != "enable"),
        licence=licence,
    )


def _standing(name: str, row: AddonRow | None, state: TenantState) -> Standing:
    if name in state.enabled:
        return "enabled"
    if row is None:
        return "available"
    return "suspended" if row.state == "enabled" else row.state


def _without_code(row: AddonRow) -> AddonStatus:
    switched_on = row.state in {"enabled", "suspended"}
    return AddonStatus(
        name=row.name,
        title=row.name,
        summary=phrase("The server has no code for it; its data is kept."),
        category="",
        version=row.version,
        standing="refused",
        reason=row.reason,
        steps=("disable",) if switched_on else ("purge",),
    )
