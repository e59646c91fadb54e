"""All addons as one tenant's admin sees them: which there are, how each is, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from core.addons.catalog import Catalog
from core.addons.states import AddonRow, TenantState, is_allowed
from core.db.session import binding
from core.i18n.phrases import phrase

Standing = Literal["available", "enabled", "disabled", "suspended", "purged", "not included"]


@dataclass(frozen=True, slots=True)
class AddonStatus:
    """One addon in one tenant. `reason` says why it does not work although it should."""

    name: str
    title: str
    summary: str
    version: str
    standing: Standing
    reason: str = ""
    behind: bool = False


def statuses(session: Session) -> list[AddonStatus]:
    """The addons of this process in load order, then those that only the database knows."""
    context = binding(session).context
    catalog: Catalog = context["kernel"].catalog
    state: TenantState = context["state"]
    tenant = binding(session).tenant
    shown = [
        AddonStatus(
            name=name,
            title=addon.manifest.title,
            summary=addon.manifest.summary,
            version=addon.manifest.version,
            standing=_standing(state, name, allowed=is_allowed(tenant, name)),
            reason=_reason(state, name),
            behind=name in state.behind,
        )
        for name, addon in catalog.addons.items()
        if addon.manifest.control == tenant.is_control or name in state.enabled
    ]
    unknown = [row for name, row in state.rows.items() if name not in catalog.addons]
    return [*shown, *(_without_code(row) for row in unknown if row.state != "purged")]


def _standing(state: TenantState, name: str, *, allowed: bool) -> Standing:
    row = state.rows.get(name)
    if name in state.enabled:
        return "enabled"
    if not allowed:
        return "not included"
    if row is None:
        return "available"
    # Switched on and yet not enabled: something is in its way.
    return "suspended" if row.state == "enabled" else row.state


def _reason(state: TenantState, name: str) -> str:
    row = state.rows.get(name)
    return "" if row is None or name in state.enabled else row.reason


def _without_code(row: AddonRow) -> AddonStatus:
    return AddonStatus(
        name=row.name,
        title=row.name,
        summary=phrase("The server has no code for it; its data is kept."),
        version=row.version,
        standing="suspended" if row.state == "enabled" else row.state,
        reason=row.reason,
    )
