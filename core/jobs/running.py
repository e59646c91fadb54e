"""Runs a claimed job: one session, one transaction, committed together with the word `done`."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal

import psycopg
import structlog
from psycopg.errors import DeadlockDetected, SerializationFailure
from sqlalchemy.exc import DBAPIError
from structlog.contextvars import bound_contextvars

from core.addons.blame import addon_at_fault, described
from core.addons.states import view
from core.db.session import Author, binding
from core.db.slow import working_for
from core.errors import AppError, Unavailable
from core.jobs import outcome
from core.jobs.claiming import Claim, waiting_addons
from core.jobs.outcome import ClaimLost
from core.jobs.progress import JobCancelled, RunningJob
from core.jobs.tracing import name_result, traced_job
from core.tenancy.tenant import Tenant
from core.tracing.current import current_span

if TYPE_CHECKING:
    from core.kernel import Kernel

CONFLICT_RETRIES: Final = 5
"""How often a job that collided with another transaction is run again at once, uncounted."""

Result = Literal["done", "failed", "dead", "put back", "cancelled"]

log = structlog.get_logger(__name__)


class AddonWaits(Exception):
    """The job's addon was switched off since the job was claimed."""


def run(kernel: Kernel, tenant: Tenant, claim: Claim) -> Result:
    """Run the job and record what became of it. Raises only if even that cannot be recorded;
    then the job is found again once its lease has passed."""
    addon = claim.name.partition(".")[0]
    # What the addon's own code logs is about this tenant and this job too.
    about = {"tenant": tenant.slug, "addon": addon, "job": claim.name, "job_id": claim.id}
    with traced_job(kernel.tracer, tenant, claim) as span:
        if span is not None and span.trace_id:
            about["trace_id"] = span.trace_id
        with bound_contextvars(**about):
            began = time.monotonic()
            with working_for(tenant.id, addon):
                result = _run(kernel, tenant, claim)
            log.info("job ended", result=result, seconds=round(time.monotonic() - began, 3))
        if span is not None:
            name_result(span, claim, result)
    return result


def _run(kernel: Kernel, tenant: Tenant, claim: Claim) -> Result:
    try:
        _run_despite_conflicts(kernel, tenant, claim)
    except (ClaimLost, JobCancelled):
        return "cancelled"
    except AddonWaits as error:
        outcome.put_back(kernel, tenant, claim, reason=str(error), lost=False)
        return "put back"
    except Unavailable as error:
        log.warning("job could not go on", reason=str(error.__cause__ or error))
        outcome.put_back(kernel, tenant, claim, reason=outcome.sentence(error), lost=True)
        return "put back"
    except Exception as error:  # whatever an addon's job raises is the job's failure
        return _failed(kernel, tenant, claim, error)
    return "done"


def _failed(kernel: Kernel, tenant: Tenant, claim: Claim, error: Exception) -> Result:
    span = current_span()
    if span is not None:
        span.fail(type(error).__name__)
    dead = outcome.fail(kernel, tenant, claim, error)
    _count(kernel, tenant, claim, error)
    if dead:
        _tell_dead(kernel, tenant)
    log.warning(
        "job failed for good" if dead else "job failed",
        attempt=claim.attempts + 1,
        exc_info=error,
    )
    return "dead" if dead else "failed"


def _tell_dead(kernel: Kernel, tenant: Tenant) -> None:
    # Counted every night as well.
    with suppress(Unavailable), kernel.session(tenant, readonly=True) as session:
        kernel.fleet_health.tell_dead(tenant.id, outcome.dead_jobs(session))


def _count(kernel: Kernel, tenant: Tenant, claim: Claim, error: Exception) -> None:
    """A job that says what is in its way has failed; one that raises anything else is wrong."""
    addon = addon_at_fault(kernel.catalog, error, claim.name.partition(".")[0])
    kernel.health.count(tenant.id, addon, "job_failures")
    if not isinstance(error, AppError):
        kernel.health.count(tenant.id, addon, "errors", described(kernel.catalog, error))


def _run_despite_conflicts(kernel: Kernel, tenant: Tenant, claim: Claim) -> None:
    for _ in range(CONFLICT_RETRIES):
        try:
            return _run_once(kernel, tenant, claim)
        except (DBAPIError, psycopg.Error) as error:
            if not isinstance(getattr(error, "orig", error), _CONFLICTS):
                raise
    return _run_once(kernel, tenant, claim)


def _run_once(kernel: Kernel, tenant: Tenant, claim: Claim) -> None:
    with kernel.session(tenant) as session:
        bound = binding(session)
        bound.author = Author(claim.requested_by, claim.requested_by_id, f"job-{claim.id}", "job")
        bound.context["job"] = RunningJob(kernel.engine, tenant, claim.id, claim.worker)
        addon = claim.name.partition(".")[0]
        if addon in waiting_addons(session):
            raise AddonWaits(f"Waits until the addon {addon} is enabled again.")
        declared = view(session).jobs.get(claim.name)
        if declared is None:
            raise LookupError(f"there is no job called {claim.name!r}")
        seconds = declared.timeout_seconds
        outcome.hold(
            session, claim, timeout_seconds=min(seconds, tenant.allowance.job_seconds or seconds)
        )
        declared.run(session, **claim.arguments)
        outcome.finish(session, claim)


_CONFLICTS = (SerializationFailure, DeadlockDetected)
