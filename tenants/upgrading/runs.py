"""Runs: one upgrade of every company that is behind, begun, paused, gone on with and looked at.

Plain functions on a session of the control plane. There is at most one run that has not ended;
whoever begins one while another is under way joins it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session, joinedload

from core.db.base import utc_now
from core.db.session import binding
from core.errors import Conflict, NotFound
from core.i18n import phrase
from tenants.models import Organization
from tenants.upgrading.behind import Standing
from tenants.upgrading.models import UpgradeRun, UpgradeStep

CANARIES: Final = 0
EVERYBODY: Final = 1
UNFINISHED: Final = ("running", "paused")
STEP_LOCKS: Final = 7_215_011
"""The class of the advisory locks that say which steps are being worked on."""
_LOCK: Final = 7_215_010
_SHOWN_FAILURES: Final = 100

_BUSY: Final = text(
    "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND classid = :locks AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A company that could not be brought up, or not wholly, and why."""

    slug: str
    title: str
    organization_id: str
    addons: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `working` are the companies that are being upgraded at this moment."""

    run: int
    release: str
    status: str
    ring: int
    parallel: int
    note: str
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    total: int
    done: int
    failed: int
    canaries: int
    canaries_ended: int
    working: tuple[str, ...]
    failures: tuple[Failure, ...]

    @property
    def ended(self) -> int:
        """How many are dealt with."""
        return self.done + self.failed


def begin(
    session: Session, behind: Collection[Standing], *, release: str, parallel: int
) -> UpgradeRun:
    """A run over these companies, or the one under way with them joined in. One of another release
    that has not ended is over: this process could not go on with it."""
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    run = session.scalar(_newest().where(UpgradeRun.status.in_(UNFINISHED)))
    if run is not None and run.release != release:
        run.status, run.finished_at = "superseded", utc_now()
        run = None
    if run is None:
        who = binding(session).author.label
        run = UpgradeRun(release=release, status="running", parallel=parallel, started_by=who)
        session.add(run)
    session.flush()
    _add(session, run, behind)
    return run


def pause(session: Session) -> UpgradeRun:
    """Let nobody begin with another company; those under way are finished. Raises Conflict."""
    run = _unfinished(session)
    run.status, run.note = "paused", phrase("Somebody paused it.")
    session.flush()
    return run


def resume(session: Session) -> UpgradeRun:
    """Go on with a run that rests. After canaries that failed, this is the word to go on without
    them. Raises Conflict."""
    run = _unfinished(session)
    if run.ring == CANARIES and not _waiting(session, run):
        run.ring = EVERYBODY
    run.status, run.note = "running", ""
    session.flush()
    return run


def retry(session: Session) -> UpgradeRun:
    """Try those again that failed in the newest run. Raises Conflict if none has."""
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    run = session.scalar(_newest())
    failed = select(func.min(UpgradeStep.ring)).where(UpgradeStep.status == "failed")
    ring = None if run is None else session.scalar(failed.where(UpgradeStep.run_id == run.id))
    if run is None or ring is None or run.status == "superseded":
        raise Conflict(phrase("There is nothing to try again."))
    session.execute(
        update(UpgradeStep)
        .where(UpgradeStep.run_id == run.id, UpgradeStep.status == "failed")
        .values(status="waiting", retry=True, attempts=0, not_before=func.now(), reason="")
    )
    run.status, run.ring, run.note, run.finished_at = "running", ring, "", None
    session.flush()
    return run


def advance(session: Session, run_id: int) -> None:
    """Take the run a ring further where everybody of this one has been dealt with, or end it. A
    canary that failed lets it rest until somebody has had a look."""
    run = session.get_one(UpgradeRun, run_id, with_for_update=True)
    if run.status != "running" or _waiting(session, run):
        return
    if run.ring == CANARIES:
        failed = _failures(session, run, ring=CANARIES)
        if failed and _left(session, run):
            run.status = "paused"
            run.note = phrase(
                "{slug} is a canary and failed: {why}", slug=failed[0].slug, why=failed[0].reason
            )
        else:
            run.ring = EVERYBODY
    else:
        run.status, run.finished_at = "done", utc_now()
    session.flush()


def newest(session: Session) -> UpgradeRun | None:
    """The run that was begun last."""
    return session.scalar(_newest())


def before(session: Session, run: UpgradeRun, count: int) -> Sequence[UpgradeRun]:
    """The runs before it, newest first."""
    return session.scalars(_newest().where(UpgradeRun.id < run.id).limit(count)).all()


def progress_of(session: Session, run_id: int) -> Progress:
    """How far it is; raises NotFound."""
    run = session.get(UpgradeRun, run_id, populate_existing=True)
    if run is None:
        raise NotFound(phrase("There is no such upgrade."))
    counts = {
        (ring, status): count
        for ring, status, count in session.execute(
            select(UpgradeStep.ring, UpgradeStep.status, func.count())
            .where(UpgradeStep.run_id == run_id)
            .group_by(UpgradeStep.ring, UpgradeStep.status)
        )
    }
    canaries = {status: count for (ring, status), count in counts.items() if ring == CANARIES}
    return Progress(
        run=run.id,
        release=run.release,
        status=run.status,
        ring=run.ring,
        parallel=run.parallel,
        note=run.note,
        started_by=run.started_by,
        started_at=run.started_at,
        finished_at=run.finished_at,
        total=sum(counts.values()),
        done=sum(count for (_, status), count in counts.items() if status == "done"),
        failed=sum(count for (_, status), count in counts.items() if status == "failed"),
        canaries=sum(canaries.values()),
        canaries_ended=canaries.get("done", 0) + canaries.get("failed", 0),
        working=_working(session, run),
        failures=_failures(session, run),
    )


def outcomes(session: Session, run_id: int) -> dict[str, UpgradeStep]:
    """What came of each company of a run, by slug."""
    statement = (
        select(Organization.slug, UpgradeStep)
        .join(UpgradeStep.organization)
        .where(UpgradeStep.run_id == run_id)
        .order_by(Organization.slug)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _add(session: Session, run: UpgradeRun, behind: Collection[Standing]) -> None:
    if not behind:
        return
    rows = [
        {
            "run_id": run.id,
            "organization_id": each.id,
            "ring": CANARIES if each.canary else EVERYBODY,
        }
        for each in behind
    ]
    added = insert_or(UpgradeStep).on_conflict_do_update(
        index_elements=[UpgradeStep.run_id, UpgradeStep.organization_id],
        set_={"status": "waiting", "reason": ""},
        where=UpgradeStep.status == "done",
    )
    session.execute(added, rows)
    # Somebody who joined may be a canary, and goes first.
    if run.ring == EVERYBODY and any(each.canary for each in behind):
        run.ring = CANARIES
        session.flush()


def _newest() -> Select[UpgradeRun]:
    return select(UpgradeRun).order_by(UpgradeRun.id.desc()).limit(1)


def _unfinished(session: Session) -> UpgradeRun:
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    run = session.scalar(_newest().where(UpgradeRun.status.in_(UNFINISHED)))
    if run is None:
        raise Conflict(
            phrase("No upgrade is under way."), fix=phrase("`aorabooks migrate` begins one.")
        )
    return run


def _waiting(session: Session, run: UpgradeRun) -> bool:
    """Whether somebody of the run's ring is still to be dealt with, or being worked on."""
    return _any(session, run, UpgradeStep.ring == run.ring)


def _left(session: Session, run: UpgradeRun) -> bool:
    return _any(session, run, UpgradeStep.ring > run.ring)


def _any(session: Session, run: UpgradeRun, which: ColumnElement[bool]) -> bool:
    mine = (UpgradeStep.run_id == run.id) & (UpgradeStep.status == "waiting")
    return session.scalar(select(UpgradeStep.id).where(mine, which).limit(1)) is not None


def _working(session: Session, run: UpgradeRun) -> tuple[str, ...]:
    busy = list(session.execute(_BUSY, {"locks": STEP_LOCKS}).scalars())
    statement = (
        select(Organization.slug)
        .join(UpgradeStep, UpgradeStep.organization_id == Organization.id)
        .where(UpgradeStep.run_id == run.id, UpgradeStep.id.in_(busy))
        .order_by(Organization.slug)
    )
    return tuple(session.scalars(statement)) if busy else ()


def _failures(session: Session, run: UpgradeRun, *, ring: int | None = None) -> tuple[Failure, ...]:
    statement = (
        select(UpgradeStep)
        .options(joinedload(UpgradeStep.organization))
        .where(UpgradeStep.run_id == run.id, UpgradeStep.status == "failed")
        .order_by(UpgradeStep.id)
        .limit(_SHOWN_FAILURES)
    )
    if ring is not None:
        statement = statement.where(UpgradeStep.ring == ring)
    return tuple(
        Failure(
            step.organization.slug,
            step.organization.title,
            step.organization_id,
            tuple(step.suspended),
            step.reason,
        )
        for step in session.scalars(statement)
    )
