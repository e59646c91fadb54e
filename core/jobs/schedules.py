"""Jobs that run by themselves: what each tenant's enabled addons plan, and starting what is due.

The board holds the plan. A run is named by its planned time, and that name is the job's key:
a process killed between the two databases, or a clock that jumps, cannot run it twice. Runs
that were missed are made up for by one.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.orm import Session

from core.addons.states import view
from core.db.base import utc_now
from core.db.session import binding
from core.jobs.board import DueSchedule, Planned
from core.jobs.cron import ScheduleError, next_run
from core.jobs.queue import enqueue
from core.tenancy.tenant import Tenant

if TYPE_CHECKING:
    from core.kernel import Kernel

log = structlog.get_logger(__name__)


def reconcile_schedules(kernel: Kernel, tenant: Tenant) -> None:
    """Plan what the tenant's addons declare, and have a worker look at the tenant at once.

    To be called after an addon was enabled or disabled, or the tenant's time zone changed. A
    worker does it by itself when it next looks at the tenant, which is within the hour.
    """
    with kernel.session(tenant, readonly=True) as session:
        plan(session)
    kernel.board.announce(tenant.id)
    kernel.board.wake(tenant.id)


def plan(session: Session) -> None:
    """Tell the board the schedules of the session's tenant."""
    bound = binding(session)
    wanted = {}
    for job in view(session).jobs.values():
        if job.schedule is not None:
            cron, zone = job.schedule.cron, bound.tenant.timezone
            try:
                wanted[job.name] = Planned(cron, zone, next_run(cron, zone, utc_now()))
            except ScheduleError as error:
                log.error("job is not planned", job=job.name, reason=str(error))
    bound.context["kernel"].board.plan(bound.tenant.id, wanted)


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
        if job is not None and job.schedule is not None:
            enqueue(session, due.job, key=f"schedule:{due.job}:{planned.next_run_at.isoformat()}")
    return next_run(planned.cron, planned.timezone, max(now, planned.next_run_at))
