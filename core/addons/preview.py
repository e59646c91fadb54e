"""What enabling, disabling or purging an addon will do, told before it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from core.addons import relations, tables
from core.addons.catalog import Catalog, CatalogView
from core.addons.states import TenantState
from core.addons.transaction import current
from core.errors import AppError, Conflict
from core.i18n.phrases import phrase

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.kernel import Kernel
    from core.tenancy.tenant import Tenant

Step = Literal["enable", "disable", "purge"]


@dataclass(frozen=True, slots=True)
class Preview:
    """The consequences of one step, for a person to read before saying yes.

    `addons` are all that change, in order. What follows belongs to those: what is added when
    they are enabled, or goes out of sight when they are disabled. `rows` counts what a purge
    deletes, table by table. With `obstacles` the step will be refused, for these reasons.
    """

    step: Step
    addon: str
    addons: tuple[str, ...] = ()
    obstacles: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    menus: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def changes_nothing(self) -> bool:
        """Whether everything is already as the step would make it."""
        return not self.addons


def preview(kernel: Kernel, tenant: Tenant, addon: str, step: Step) -> Preview:
    """Look at what a step would do, without doing any of it."""
    # Counting rows that the runtime role may not read takes the owner's eyes.
    role = "owner" if step == "purge" else "runtime"
    with kernel.session(tenant, role=role) as session:
        state = current(session)
        if step == "purge":
            return _purging(session, kernel.catalog, state, addon)
        if step == "disable":
            return _disabling(kernel.catalog, state, addon)
        return _enabling(kernel.catalog, tenant, state, addon)


def obstacles_to_purging(
    session: Session, catalog: Catalog, state: TenantState, name: str
) -> list[AppError]:
    """Why an addon's data cannot be deleted now."""
    row = state.rows.get(name)
    if relations.is_platform(catalog, name):
        return [Conflict(phrase("{addon} cannot be purged.", addon=name))]
    if row is not None and row.state in {"enabled", "suspended"}:
        return [
            Conflict(
                phrase("{addon} is still switched on.", addon=name), fix=phrase("Disable it first.")
            )
        ]
    referring = ", ".join(tables.referring_schemas(session, name))
    if referring:
        return [
            Conflict(
                phrase(
                    "Records of {others} refer to those of {addon}.", others=referring, addon=name
                ),
                fix=phrase("Purge {others} first.", others=referring),
            )
        ]
    return []


def _enabling(catalog: Catalog, tenant: Tenant, state: TenantState, name: str) -> Preview:
    wanted = relations.to_enable(catalog, state, name)
    names = tuple(addon.name for addon in wanted)
    notes = [text for a in wanted for text in (*a.manifest.permissions, a.manifest.privacy) if text]
    obstacles = relations.obstacles_to_enabling(catalog, tenant, state, wanted)
    return _described("enable", name, names, catalog.view(frozenset(names)), obstacles, notes)


def _disabling(catalog: Catalog, state: TenantState, name: str) -> Preview:
    going = relations.to_disable(catalog, state, name)
    obstacles = relations.obstacles_to_disabling(catalog, name, going)
    notes = [phrase("All data is kept.")]
    seen = catalog.view(frozenset(going))
    return _described("disable", name, tuple(going), seen, obstacles, notes)


def _purging(session: Session, catalog: Catalog, state: TenantState, name: str) -> Preview:
    row = state.rows.get(name)
    if row is None or row.state == "purged":
        relations.find(catalog, name)
        return Preview("purge", name)
    rows = tables.counts(session, name)
    return Preview(
        "purge",
        name,
        addons=(name,),
        obstacles=tuple(e.message for e in obstacles_to_purging(session, catalog, state, name)),
        sentences=(phrase("Everything is written to a file first."),),
        tables=tuple(f"{name}.{table}" for table in rows),
        rows=rows,
    )


def _described(
    step: Step,
    name: str,
    names: tuple[str, ...],
    seen: CatalogView,
    obstacles: list[AppError],
    notes: Sequence[str],
) -> Preview:
    models = (owned.item for owned in seen.all.models)
    return Preview(
        step,
        name,
        addons=names,
        obstacles=tuple(error.message for error in obstacles),
        sentences=tuple(dict.fromkeys(notes)),
        tables=tuple(model.__table__.fullname for model in models),  # type: ignore[attr-defined]
        permissions=tuple(permission.title for permission in seen.permissions.values()),
        menus=tuple(item.title for item in seen.menu),
        jobs=tuple(job.title for job in seen.jobs.values()),
    )
