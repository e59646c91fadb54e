"""Works on a run: one company after the other, in as many threads as asked, until none is left.

Any number of processes may work on the same run. What one of them has begun and does not end is
begun again by the next; what it has ended is found to be done.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import psycopg
import structlog

from core.addons import upgrading
from core.addons.upgrading import Upgraded
from core.auth.actor import Actor
from core.db.connecting import connect
from core.errors import AppError, Unavailable
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.upgrading import runs
from tenants.upgrading.claims import Claim, claimed

UPGRADER: Final = Actor("system", "upgrade", unlimited=True)
TRIES: Final = 6
"""How often a company that cannot be reached is tried, with longer and longer pauses."""
_FIRST_PAUSE: Final = 1.0
_GROWTH: Final = 2.5
_LOOK_AGAIN: Final = 0.2
_OUTAGE: Final = 120.0
"""Seconds for which a control plane that is gone is waited for."""

log = structlog.get_logger(__name__)

Stop = Callable[[], bool]


def work(kernel: Kernel, run_id: int, *, threads: int, stop: Stop) -> None:
    """Work on the run until it has ended or rests, or `stop` says so; what is under way is ended.

    Raises Unavailable if the control plane stays out of reach.
    """
    failures: list[BaseException] = []

    def one() -> None:
        try:
            _work(kernel, run_id, lambda: stop() or bool(failures))
        except BaseException as error:
            failures.append(error)

    helpers = [threading.Thread(target=one, name=f"upgrade-{n}") for n in range(1, threads)]
    for helper in helpers:
        helper.start()
    one()
    for helper in helpers:
        helper.join()
    if failures:
        raise failures[0]


def _work(kernel: Kernel, run_id: int, stop: Stop) -> None:
    gone_since = None
    while not stop():
        try:
            with connect(control(kernel).runtime) as connection:
                connection.autocommit = True
                # What is noted here and lost with the server is found to be done.
                connection.execute("SET synchronous_commit = off")
                gone_since = None
                _work_over(connection, kernel, run_id, stop)
            return
        except (psycopg.OperationalError, Unavailable) as error:
            now = time.monotonic()
            gone_since = gone_since or now
            log.warning("control plane out of reach", reason=str(error).strip())
            if now - gone_since > _OUTAGE:
                raise Unavailable(
                    "The control plane cannot be reached; what was upgraded so far stays so."
                ) from error
            time.sleep(1.0)


def _work_over(connection: psycopg.Connection, kernel: Kernel, run_id: int, stop: Stop) -> None:
    while not stop():
        with claimed(connection, run_id) as claim:
            if claim is not None:
                _upgrade(kernel, claim)
        if claim is None:
            with kernel.session(control(kernel), actor=UPGRADER) as session:
                runs.advance(session, run_id)
                status = session.get_one(runs.UpgradeRun, run_id).status
            if status != "running":
                return
            time.sleep(_LOOK_AGAIN)


def _upgrade(kernel: Kernel, claim: Claim) -> None:
    began = time.monotonic()
    try:
        tenant = kernel.directory.find_id(claim.tenant_id)
        if tenant is None or tenant.status != "active":
            # Removed or suspended meanwhile: its first request afterwards upgrades it.
            claim.end(failed=False, seconds=0.0)
            return
        done = _bring_up(kernel, tenant, claim)
    except Unavailable as error:
        _put_back(claim, error, time.monotonic() - began)
    except AppError as error:
        claim.end(failed=True, seconds=time.monotonic() - began, reason=error.message)
    except Exception as error:  # one company's trouble must not hold up the others
        log.exception("company not upgraded", tenant=claim.tenant_id)
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        claim.end(failed=True, seconds=time.monotonic() - began, reason=reason)
    else:
        claim.end(
            failed=bool(done.suspended),
            seconds=time.monotonic() - began,
            addons=done.addons,
            suspended=tuple(done.suspended),
            reason="; ".join(map(str, done.suspended.values())),
        )


def _bring_up(kernel: Kernel, tenant: Tenant, claim: Claim) -> Upgraded:
    if not claim.again:
        return upgrading.bring_current(kernel, tenant, actor=UPGRADER)
    return upgrading.retry_all(kernel, tenant, frozenset(claim.retry), actor=UPGRADER)


def _put_back(claim: Claim, error: Unavailable, seconds: float) -> None:
    if isinstance(error, upgrading.KernelFailed) or claim.attempts + 1 >= TRIES:
        # Why the kernel's own tables could not be brought up is for the operator alone.
        claim.end(failed=True, seconds=seconds, reason=str(error.__cause__ or error.message))
    else:
        pause = timedelta(seconds=_FIRST_PAUSE * _GROWTH**claim.attempts)
        claim.put_back(error.message, pause)
