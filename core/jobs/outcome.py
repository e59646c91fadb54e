"""What becomes of a claimed job: finished in its own transaction, or put back in another.

Every statement names the claim, so that a worker whose job was taken away changes nothing.
"""

from __future__ import annotations

import random
import traceback
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.db.base import utc_now
from core.errors import AppError
from core.jobs.claiming import Claim
from core.jobs.models import MAX_LOSSES, Job
from core.jobs.queue import announce
from core.tenancy.tenant import Tenant

if TYPE_CHECKING:
    from core.kernel import Kernel

FIRST_DELAY: Final = timedelta(seconds=10)
GROWTH: Final = 6
LONGEST_DELAY: Final = timedelta(hours=1)
JITTER: Final = 0.2
FIRST_LOSS_DELAY: Final = timedelta(seconds=2)
LOSS_GROWTH: Final = 3
MAX_ERROR: Final = 2_000
MAX_TRACEBACK: Final = 20_000


class ClaimLost(Exception):
    """The job is no longer this claim's: it was cancelled, or given to another worker."""


def hold(session: Session, claim: Claim, *, timeout_seconds: int) -> None:
    """Take the lock that this transaction runs the job under; raises ClaimLost.

    A transaction that is silent for longer than the job declares is ended by the server,
    which frees the job of a worker that hangs.
    """
    connection = session.connection()
    connection.execute(_LOCK, {"id": claim.id, "timeout": f"{timeout_seconds}s"})
    if connection.execute(_MINE, {"id": claim.id, "worker": claim.worker}).first() is None:
        raise ClaimLost


def finish(session: Session, claim: Claim) -> None:
    """Mark the job done with the commit of this transaction; raises ClaimLost."""
    session.flush()
    values = {"id": claim.id, "worker": claim.worker}
    if not session.connection().execute(_FINISH, values).rowcount:
        raise ClaimLost


def fail(kernel: Kernel, tenant: Tenant, claim: Claim, error: BaseException) -> bool:
    """Record a try that failed: tried again later, or dead after the last. True if dead."""
    last = claim.attempts + 1 >= claim.max_attempts
    delay = delay_after(claim.attempts, FIRST_DELAY, GROWTH)
    values = {
        "id": claim.id,
        "worker": claim.worker,
        "state": "dead" if last else "queued",
        "delay": delay.total_seconds(),
        "error": sentence(error),
        "traceback": _storable("".join(traceback.format_exception(error)), MAX_TRACEBACK),
    }
    with kernel.session(tenant) as session:
        session.connection().execute(_FAIL, values)
        announce(session, utc_now() + delay)
    return last


def dead_jobs(session: Session) -> int:
    """How many of the tenant's jobs failed for good and wait for somebody."""
    dead = select(func.count()).select_from(Job).where(Job.state == "dead")
    return session.scalar(dead) or 0


def put_back(kernel: Kernel, tenant: Tenant, claim: Claim, *, reason: str, lost: bool) -> None:
    """Queue the job again without counting a try; if something it needs was out of reach, a
    little later each time, and not for ever."""
    delay = timedelta(0)
    if lost:
        delay = delay_after(claim.losses, FIRST_LOSS_DELAY, LOSS_GROWTH)
    values = {
        "id": claim.id,
        "worker": claim.worker,
        "lost": int(lost),
        "losses": MAX_LOSSES,
        "delay": delay.total_seconds(),
        "reason": _storable(reason, MAX_ERROR),
    }
    with kernel.session(tenant) as session:
        session.connection().execute(_PUT_BACK, values)
        if lost:
            announce(session, utc_now() + delay)


def delay_after(times: int, first: timedelta, growth: int) -> timedelta:
    """How long to wait when it went wrong so many times before; spread, so that jobs that failed
    together do not come back together."""
    delay = first * min(growth**times, LONGEST_DELAY / first)
    return delay * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load only


def sentence(error: BaseException) -> str:
    """What the admin reads: the sentence meant for users, or the exception's name and text."""
    if isinstance(error, AppError):
        return _storable(f"{error.message} {error.fix}".strip(), MAX_ERROR)
    return _storable(f"{type(error).__name__}: {error}", MAX_ERROR)


def _storable(text_: str, length: int) -> str:
    text_ = text_.replace("\x00", "")
    return text_ if len(text_) <= length else f"…{text_[-length:]}"


_LOCK = text(
    "SELECT set_config('statement_timeout', :timeout, true),"
    " set_config('idle_in_transaction_session_timeout', :timeout, true),"
    " pg_advisory_xact_lock(hashtextextended('core.job', :id))"
)

_MINE = text("SELECT 1 FROM core.job WHERE id = :id AND worker = :worker AND state = 'running'")

_FINISH = text("""
UPDATE core.job
   SET state = 'done', progress = 1, error = '', traceback = '', lease_until = NULL,
       finished_at = clock_timestamp()
 WHERE id = :id AND worker = :worker AND state = 'running'
""")

_FAIL = text("""
UPDATE core.job
   SET state = :state, attempts = attempts + 1, error = :error, traceback = :traceback,
       lease_until = NULL, run_at = now() + make_interval(secs => :delay),
       finished_at = CASE WHEN :state = 'dead' THEN now() END
 WHERE id = :id AND worker = :worker AND state = 'running'
""")

_PUT_BACK = text("""
UPDATE core.job
   SET state = CASE WHEN losses + :lost < :losses THEN 'queued' ELSE 'dead' END,
       losses = losses + :lost, error = :reason, lease_until = NULL,
       run_at = now() + make_interval(secs => :delay),
       finished_at = CASE WHEN losses + :lost >= :losses THEN now() END
 WHERE id = :id AND worker = :worker AND state = 'running'
""")
