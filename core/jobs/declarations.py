"""What the jobs contribute to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.declare import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    Invariant,
    InvariantResult,
    MenuItem,
    Operations,
    Resource,
    Schedule,
    Section,
    Values,
    msg,
)
from core.declare import Job as DeclaredJob
from core.errors import InvalidInput
from core.i18n.phrases import phrase
from core.jobs import repair
from core.jobs.models import Job
from core.jobs.permissions import MANAGE
from core.part import KernelPart

KEEP_DONE_DAYS: Final = 14
STATES: Final = (
    ("queued", msg("Queued")),
    ("running", msg("Running")),
    ("done", msg("Done")),
    ("dead", msg("Failed for good")),
    ("cancelled", msg("Cancelled")),
)


def sweep_finished(session: Session) -> None:
    """Forget jobs that were done long ago. Dead ones stay until a person deals with them."""
    session.connection().execute(_SWEEP, {"days": KEEP_DONE_DAYS})


def check_leases(session: Session) -> InvariantResult:
    """Whether every running job has a worker that is alive."""
    late = Job.lease_until < func.now() - text("interval '10 minutes'")
    overdue = session.scalars(
        select(Job.id).where(Job.state == "running", late).order_by(Job.id)
    ).all()
    named = ", ".join(str(job_id) for job_id in overdue[:20])
    return InvariantResult(
        holds=not overdue,
        figure=f"{len(overdue)} abandoned",
        detail=f"Start a worker: it takes abandoned jobs up again ({named})." if overdue else "",
    )


def _update(session: Session, record: Job, values: Values) -> Job:
    arguments = values.get("arguments", record.arguments)
    if not isinstance(arguments, dict):
        raise InvalidInput.of("arguments", phrase("Give a JSON object: names and values."))
    return repair.repair(session, record.id, arguments)


def _replay(session: Session, record: Job) -> str:
    repair.replay(session, record.id)
    return phrase("The job is queued again.")


def _cancel(session: Session, record: Job) -> str:
    repair.cancel(session, record.id)
    return phrase("The job is cancelled.")


JOBS: Final = Resource(
    name="jobs",
    model=Job,
    title=msg("Background jobs"),
    singular=msg("Background job"),
    access=Access(read=MANAGE, update=MANAGE),
    columns=(
        Column("id", msg("Number")),
        Column("title", msg("Job")),
        Column(
            "state",
            msg("State"),
            choices=STATES,
            tones=(("done", "good"), ("running", "good"), ("dead", "bad")),
        ),
        Column("progress", msg("Progress")),
        Column("progress_text", msg("Step")),
        Column("attempts", msg("Failed tries")),
        Column("error", msg("Error")),
        Column("requested_by", msg("Asked for by")),
        Column("run_at", msg("Not before")),
        Column("finished_at", msg("Ended")),
    ),
    record_title=lambda job: f"{job.title} ({job.id})",
    help=msg("Work that goes on behind the pages: what is due, what runs and what went wrong."),
    editable=lambda job: job.state in repair.REPAIRABLE,
    form=(
        Section(
            msg("Job"),
            (
                Field("title", msg("Job"), readonly=True),
                Field("name", msg("Name"), readonly=True),
                Field("state", msg("State"), choices=STATES, readonly=True),
                Field("progress", msg("Progress"), readonly=True),
                Field("progress_text", msg("Step"), readonly=True),
                Field("requested_by", msg("Asked for by"), readonly=True),
                Field("run_at", msg("Not before"), readonly=True),
                Field("started_at", msg("Started"), readonly=True),
                Field("finished_at", msg("Ended"), readonly=True),
                Field(
                    "arguments",
                    msg("Arguments"),
                    widget="multiline",
                    help=msg("JSON. Mend them and run the job again."),
                ),
            ),
        ),
        Section(
            msg("What went wrong"),
            (
                Field("attempts", msg("Failed tries"), readonly=True),
                Field("max_attempts", msg("Tries at most"), readonly=True),
                Field("losses", msg("Tries cut short"), readonly=True),
                Field("error", msg("Error"), readonly=True),
                Field("traceback", msg("Details"), widget="multiline", readonly=True),
            ),
        ),
    ),
    search=("title", "name", "error"),
    filters=(Filter("state", msg("State"), choices=STATES), Filter("run_at")),
    order=("-id",),
    actions=(
        Action(
            "replay",
            msg("Run again"),
            MANAGE,
            _replay,
            when=lambda job: job.state in repair.REPLAYABLE,
            style="primary",
        ),
        Action(
            "cancel",
            msg("Cancel"),
            MANAGE,
            _cancel,
            when=lambda job: job.state in repair.CANCELLABLE,
            confirm=msg("Cancel this job? What it has done so far is undone."),
            style="danger",
        ),
    ),
    operations=Operations(update=_update),
)

PART: Final = KernelPart(
    models=(Job,),
    permissions=(MANAGE,),
    resources=(JOBS,),
    menu=(
        MenuItem(
            msg("Background jobs"),
            "/core/jobs",
            MANAGE,
            section=msg("Settings"),
            icon="hourglass-split",
            order=900,
        ),
    ),
    jobs=(
        DeclaredJob(
            "core.sweep_finished",
            msg("Forget finished jobs"),
            run=sweep_finished,
            schedule=Schedule("40 3 * * *"),
        ),
    ),
    invariants=(
        Invariant("core.jobs_alive", msg("Running jobs have a living worker"), check_leases),
    ),
)

_SWEEP = text(
    "DELETE FROM core.job WHERE state = 'done'"
    " AND finished_at < now() - make_interval(days => :days)"
)
