"""Which addons go along when one is enabled, disabled or purged, and what forbids it."""

from __future__ import annotations

from collections.abc import Iterable

from core.addons import graph
from core.addons.catalog import Catalog, LoadedAddon
from core.addons.states import KERNEL, TenantState, standing_of, time_that_counts
from core.errors import AppError, Conflict, Forbidden, NotFound
from core.i18n.phrases import phrase
from core.tenancy.tenant import Tenant


def find(catalog: Catalog, name: str) -> LoadedAddon:
    """A loaded addon by name; raises NotFound, or Conflict if it is there but was left out."""
    addon = catalog.addons.get(name)
    if addon is not None:
        return addon
    reasons = [refused.reason for refused in catalog.refused if refused.name == name]
    if reasons:
        raise Conflict(
            phrase(
                "The server could not load {name}: {reason}", name=name, reason="; ".join(reasons)
            ),
            fix=phrase("Mend or remove the addon, and start the server again."),
        )
    raise NotFound(
        phrase("There is no addon called {name}.", name=name),
        fix=phrase("The list of addons shows those there are."),
    )


def to_enable(catalog: Catalog, state: TenantState, name: str) -> list[LoadedAddon]:
    """The addon and its dependencies that are not enabled yet, in load order."""
    wanted = graph.closure([find(catalog, name).name], catalog.depends()) - state.enabled
    return _in_load_order(catalog, wanted)


def to_disable(catalog: Catalog, state: TenantState, name: str) -> list[str]:
    """The addon and the switched-on ones that need it, dependants first; none if it is off."""
    depends = catalog.depends()
    switched_on = {n for n, row in state.rows.items() if row.state in {"enabled", "suspended"}}
    if name not in switched_on:
        return []
    wanted = {n for n in switched_on if name in graph.closure([n], depends)}
    return [n for n in reversed(list(catalog.addons)) if n in wanted] or [name]


def obstacles_to_enabling(
    catalog: Catalog, tenant: Tenant, state: TenantState, wanted: Iterable[LoadedAddon]
) -> list[AppError]:
    """Why these cannot be enabled here, each as the error to raise."""
    found: list[AppError] = []
    now = time_that_counts(tenant, state.rows)
    for addon in wanted:
        row = state.rows.get(addon.name)
        standing = standing_of(tenant, catalog, addon.name, now)
        if tenant.is_control or is_platform(catalog, addon.name):
            found.append(Conflict(phrase("{addon} cannot be switched.", addon=addon.name)))
        elif standing is None:
            found.append(
                Forbidden(
                    phrase(
                        "{addon} is not part of this company's package.",
                        addon=addon.manifest.title,
                    ),
                    fix=phrase("Choose a package that includes it."),
                )
            )
        elif standing.is_read_only and (row is None or row.state == "purged"):
            # With data of its own it can be switched on again, to be read.
            found.append(
                Forbidden(
                    phrase("The licence for {addon} has ended.", addon=addon.manifest.title),
                    fix=phrase("Have it renewed; then enable the addon."),
                )
            )
        elif row is not None and row.state == "enabled" and row.digest != addon.digest:
            found.append(Conflict(row.reason, fix=phrase("Look at its files, then upgrade it.")))
    return found


def obstacles_to_disabling(catalog: Catalog, name: str, going: list[str]) -> list[AppError]:
    """Why the addon cannot be disabled alone: the kernel never, others while they are needed."""
    dependants = ", ".join(other for other in going if other != name)
    if is_platform(catalog, name):
        return [Conflict(phrase("{addon} cannot be switched off.", addon=name))]
    if dependants:
        return [
            Conflict(
                phrase("These need {addon}: {others}.", addon=name, others=dependants),
                fix=phrase("Disable them first, or together with it."),
            )
        ]
    return []


def is_platform(catalog: Catalog, name: str) -> bool:
    """Whether the addon is a part of the platform itself, always on where it belongs."""
    addon = catalog.addons.get(name)
    return name == KERNEL or (addon is not None and addon.manifest.control)


def _in_load_order(catalog: Catalog, names: Iterable[str]) -> list[LoadedAddon]:
    wanted = set(names)
    return [addon for name, addon in catalog.addons.items() if name in wanted]
