"""The workers' part in a run: jobs of the control plane, one for each company upgraded at once.

A job works on the run for a short while and asks for its successor, so that a worker that is told
to stop stops soon; the run itself keeps how far everybody is.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.db.base import utc_now
from core.db.session import binding
from core.declare import Job, msg
from core.jobs.queue import enqueue
from core.kernel import Kernel
from tenants.upgrading import runner
from tenants.upgrading.models import UpgradeRun
from tenants.upgrading.release import release_of

JOB: Final = "tenants.upgrade_fleet"
TURN: Final = 20.0
"""Seconds that one job works."""
_OTHER_RELEASE: Final = timedelta(seconds=10)


def ask_workers(session: Session, run: UpgradeRun) -> None:
    """Have the workers work on a run, as many at once as it says."""
    for _ in range(run.parallel):
        enqueue(session, JOB, run=run.id)


def work_on(session: Session, run: int) -> None:
    """Work on the run for a while; over when it has ended or rests."""
    kernel: Kernel = binding(session).context["kernel"]
    found = session.get(UpgradeRun, run)
    if found is None or found.status != "running":
        return
    if found.release != release_of(kernel.catalog):
        # This worker is about to make room for one of that release, or has yet to end.
        enqueue(session, JOB, run_at=utc_now() + _OTHER_RELEASE, run=run)
        return
    end = time.monotonic() + TURN
    runner.work(kernel, run, threads=1, stop=lambda: time.monotonic() > end)
    session.refresh(found)
    if found.status == "running":
        enqueue(session, JOB, run=run)


JOBS: Final = (Job(JOB, msg("Upgrade companies to a new release"), work_on, timeout_seconds=1800),)
