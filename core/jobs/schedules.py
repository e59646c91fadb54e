"""Jobs that run by themselves: what each tenant's enabled addons plan, and starting what is due.

The board holds the plan. A run is named by its planned time, and that name is the job's key:
a process killed between the two databases, or a clock that jumps, cannot run it twice. Runs
that were missed are made up for by one.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.orm import Session

from core.addons.states import TenantState, view
from core.db.base import utc_now
from core.db.session import binding
from core.declare import Job
from core.jobs.board import DueSchedule, Planned
from core.jobs.cron import ScheduleError, next_run
from core.jobs.queue import enqueue

if TYPE_CHECKING:
    from core.kernel import Kernel

log = structlog.get_logger(__name__)


def plan(session: Session, *, unless: str | None = None) -> None:
    """Tell the board the schedules of the session's tenant, unless they are of this plan.

    Done by a worker whenever it looks at a tenant, so after an addon was enabled it is enough
    to wake the tenant (`board.wake`); and each is looked at once an hour.
    """
    bound = binding(session)
    crons = {j.name: j.schedule.cron for j in view(session).jobs.values() if j.schedule}
    zone = bound.tenant.timezone
    name = hashlib.sha256(repr((zone, sorted(crons.items()))).encode()).hexdigest()
    if name == unless:
        return
    wanted = {}
    for job, cron in crons.items():
        try:
            wanted[job] = Planned(cron, zone, next_run(cron, zone, utc_now()))
        except ScheduleError as error:
            log.error("job is not planned", job=job, reason=str(error))
    bound.context["kernel"].board.plan(bound.tenant.id, name, wanted)


def start_due(kernel: Kernel, now: datetime) -> int:
    """Queue the jobs whose planned time has come; returns how many schedules were served."""
    served = 0
    while kernel.board.run_due_schedule(now, lambda due: _start(kernel, due, now)):
        served += 1
    return served


def _start(kernel: Kernel, due: DueSchedule, now: datetime) -> datetime:
    tenant = kernel.directory.find_id(due.tenant_id)
    if tenant is None:
        raise LookupError(f"there is no tenant {due.tenant_id}")
    planned = due.planned
    with kernel.session(tenant) as session:
        job = view(session).jobs.get(due.job)
        if job is not None and job.schedule is not None and not _is_blocked(session, job):
            enqueue(session, due.job, key=f"schedule:{due.job}:{planned.next_run_at.isoformat()}")
    return next_run(planned.cron, planned.timezone, max(now, planned.next_run_at))


def _is_blocked(session: Session, job: Job) -> bool:
    """Whether the job's addon can only be read. The run is left out; the next one makes up for
    it once the licence is renewed, as after any time in which nobody worked."""
    state: TenantState = binding(session).context["state"]
    return not job.never_blocked and job.name.partition(".")[0] in state.read_only
