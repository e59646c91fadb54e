"""How the whole fleet stands, as the dashboard and the metrics show it.

What is read here is a count over an index or was collected before (`tenants.operation.collecting`):
with ten thousand organizations it takes some milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from core.db.base import utc_now
from core.jobs.board import BoardFigures
from core.kernel import Kernel
from tenants.fleet.models import FleetAddonHealth
from tenants.models import DatabaseServer, Organization, ServerHealth
from tenants.operation.models import FleetFigure, StorageFigure
from tenants.work_models import WorkSignal

SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Server:
    """A database server, and what was found when it was last looked at."""

    server: DatabaseServer
    figure: ServerHealth | None

    @property
    def share(self) -> float:
        """Of its connections, those in use; 1 is all."""
        if self.figure is None or not self.figure.max_connections:
            return 0.0
        return self.figure.connections / self.figure.max_connections


@dataclass(frozen=True, slots=True)
class Trouble:
    """An addon, of all organizations or of one, and what went wrong with it today. `key` leads to
    the list."""

    key: str
    title: str
    errors: int
    slow: int
    job_failures: int


@dataclass(frozen=True, slots=True)
class Stored:
    """All that is stored, in bytes, on the last day that was measured; the largest, and those that
    grew most within a week."""

    day: date
    measured_at: datetime
    total: int
    growth: int
    largest: tuple[StorageFigure, ...]
    growing: tuple[StorageFigure, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """All of it. `figures` are those collected about backups and upgrades, by name."""

    states: dict[str, int]
    servers: tuple[Server, ...]
    work: BoardFigures
    dead: int
    dead_in: int
    day: date
    addons: tuple[Trouble, ...]
    organizations: tuple[Trouble, ...]
    stored: Stored | None
    figures: dict[str, float]
    looked_at: datetime | None


def standing(session: Session, kernel: Kernel) -> Standing:
    """Everything about the fleet, on a session of the control plane."""
    today = utc_now().date()
    dead, dead_in = dead_jobs(session)
    collected = list(session.scalars(select(FleetFigure)))
    figures = {each.name: each.value for each in collected}
    return Standing(
        states=states(session),
        servers=_servers(session),
        work=kernel.board.figures(),
        dead=dead,
        dead_in=dead_in,
        day=today,
        addons=_addons(session, today),
        organizations=_worst(session, today),
        stored=_stored(session, figures),
        figures=figures,
        looked_at=next((e.looked_at for e in collected if e.name == "upgrades_behind"), None),
    )


def states(session: Session) -> dict[str, int]:
    """How many organizations are in which state."""
    counted = select(Organization.status, func.count()).group_by(Organization.status)
    return dict(session.execute(counted.order_by(Organization.status)).all())


def dead_jobs(session: Session) -> tuple[int, int]:
    """How many jobs failed for good, and in how many organizations."""
    counted = select(func.coalesce(func.sum(WorkSignal.dead), 0), func.count())
    dead, among = session.execute(counted.where(WorkSignal.dead > 0)).one()
    return int(dead), among


def _servers(session: Session) -> tuple[Server, ...]:
    statement = (
        select(DatabaseServer, ServerHealth)
        .outerjoin(ServerHealth, ServerHealth.server_id == DatabaseServer.id)
        .order_by(DatabaseServer.name)
    )
    return tuple(Server(*row) for row in session.execute(statement))


def _addons(session: Session, day: date) -> tuple[Trouble, ...]:
    kept = FleetAddonHealth
    errors, slow, failed = (func.sum(kept.errors), func.sum(kept.slow), func.sum(kept.job_failures))
    statement = (
        select(kept.addon, errors, slow, failed)
        .where(kept.day == day, kept.errors + kept.slow + kept.job_failures > 0)
        .group_by(kept.addon)
        .order_by((errors + failed).desc(), slow.desc(), kept.addon)
        .limit(SHOWN)
    )
    return tuple(
        Trouble(addon, addon, int(errors), int(slow), int(failed))
        for addon, errors, slow, failed in session.execute(statement)
    )


def _worst(session: Session, day: date) -> tuple[Trouble, ...]:
    """The organizations in which an addon failed most; a sum over all addons of ten thousand
    organizations would cost more than the rest of the page."""
    kept = FleetAddonHealth
    statement = (
        select(
            *(kept.organization_id, Organization.title, kept.addon),
            *(kept.errors, kept.slow, kept.job_failures),
        )
        .join(Organization, Organization.id == kept.organization_id)
        .where(kept.day == day, kept.errors + kept.slow + kept.job_failures > 0)
        .order_by((kept.errors + kept.job_failures).desc(), kept.slow.desc(), kept.organization_id)
        .limit(SHOWN)
    )
    return tuple(
        Trouble(key, f"{title} · {addon}", errors, slow, failed)
        for key, title, addon, errors, slow, failed in session.execute(statement)
    )


def _stored(session: Session, figures: Mapping[str, float]) -> Stored | None:
    kept = StorageFigure
    day = session.scalar(select(func.max(kept.day)))
    if day is None:
        return None
    of_day = select(kept).where(kept.day == day).options(joinedload(kept.organization))
    largest = of_day.order_by(kept.total_bytes.desc()).limit(SHOWN)
    growing = of_day.where(kept.growth_bytes > 0).order_by(kept.growth_bytes.desc()).limit(SHOWN)
    found = tuple(session.scalars(largest))
    return Stored(
        day,
        found[0].measured_at,
        int(figures.get("storage_bytes", 0)),
        int(figures.get("storage_growth_bytes", 0)),
        found,
        tuple(session.scalars(growing)),
    )
