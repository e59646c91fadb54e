"""The operator's list of how addons fare in all organizations."""

from __future__ import annotations

from typing import Final

from core.declare import Access, Column, Filter, MenuItem, RecordRules, Resource, msg
from tenants.fleet.models import FleetAddonHealth
from tenants.permissions import SEE

ADDON_HEALTH: Final = Resource(
    name="addon-health",
    model=FleetAddonHealth,
    title=msg("Health of addons"),
    singular=msg("Health of an addon"),
    help=msg("What failed in organizations, by day and addon. Counts come here, and nothing else."),
    access=Access(read=SEE),
    rules=RecordRules(),
    record_title=lambda figure: f"{figure.addon} {figure.day}",
    columns=(
        Column("day", msg("Day")),
        Column("addon", msg("Addon")),
        Column("organization.title", msg("Organization")),
        Column("errors", msg("Errors"), total=True),
        Column("slow", msg("Slow queries"), total=True),
        Column("job_failures", msg("Failed jobs"), total=True),
        Column("quarantined", msg("Put aside")),
        Column("storage", msg("Bytes stored"), optional=True),
    ),
    search=("addon",),
    filters=(
        Filter("day", msg("Day")),
        Filter("addon", msg("Addon")),
        Filter("quarantined", msg("Put aside")),
    ),
    order=("-day", "-errors"),
    discussed=False,
    customizable=False,
)

MENU: Final = (
    MenuItem(msg("Health of addons"), "/tenants/addon-health", SEE, icon="heart-pulse", order=70),
)
