"""Writes down what a process counted, tells the operator the sums, and puts aside what keeps
failing. One thread per process, which sleeps while nothing goes wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.addons.health_counts import Counted
from core.db.base import utc_now
from core.db.session import binding
from core.health.models import AddonHealth
from core.health.quarantine import keeps_failing, quarantine
from core.tenancy.fleet_health import AddonDay
from core.tenancy.tenant import Tenant

if TYPE_CHECKING:
    from core.kernel import Kernel

PAUSE: Final = 1.0
"""Seconds for which counts are gathered before they are written: an addon that fails at every
request costs one write a second, and a process that is killed loses a second of counts."""
LONGEST_ERROR: Final = 300

log = structlog.get_logger(__name__)


class HealthKeeper:
    """The thread of a process that does this."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="health", daemon=True)

    def start(self) -> None:
        """Begin to wait for counts; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is left, and end."""
        self._stopping.set()
        self._kernel.health.waiting.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._kernel.health.waiting.wait()
            self._stopping.wait(PAUSE)
            write_counts(self._kernel)


def write_counts(kernel: Kernel) -> None:
    """Write all that this process counted. A tenant that is out of reach does not hold up the
    others; its counts are lost, and the log says so."""
    for tenant_id, counted in kernel.health.take().items():
        try:
            tenant = kernel.directory.find_id(tenant_id)
            if tenant is not None:
                _write(kernel, tenant, counted)
        except Exception as error:
            log.warning("health not written", tenant=tenant_id, reason=str(error).strip())


def _write(kernel: Kernel, tenant: Tenant, counted: Mapping[str, Counted]) -> None:
    with kernel.session(tenant) as session:
        now = utc_now().replace(second=0, microsecond=0)
        for addon, one in sorted(counted.items()):
            _add(session, addon, now, one)
        failing = [addon for addon in counted if keeps_failing(session, addon)]
    put_aside = {addon for addon in failing if quarantine(kernel, tenant, addon)}
    with kernel.session(tenant, readonly=True) as session:
        figures = day_figures(session, counted, now.date(), put_aside)
    kernel.fleet_health.tell(tenant.id, figures)


def _add(session: Session, addon: str, minute: datetime, one: Counted) -> None:
    row = {
        "errors": one.errors + one.left_out,
        # The page went on without that part; for this nobody puts a whole addon aside.
        "answered": one.left_out,
        "slow": one.slow,
        "job_failures": one.job_failures,
        "last_error": one.last_error[:LONGEST_ERROR],
        "last_at": one.last_at,
    }
    new = insert(AddonHealth).values(addon=addon, minute=minute, **row)
    kept, sent = AddonHealth, new.excluded
    changed = {
        "errors": kept.errors + sent.errors,
        "answered": kept.answered + sent.answered,
        "slow": kept.slow + sent.slow,
        "job_failures": kept.job_failures + sent.job_failures,
        "last_error": func.coalesce(func.nullif(sent.last_error, ""), kept.last_error),
        "last_at": func.coalesce(sent.last_at, kept.last_at),
    }
    session.execute(new.on_conflict_do_update(index_elements=["addon", "minute"], set_=changed))


def day_figures(
    session: Session, addons: Iterable[str], day: date, put_aside: Iterable[str] = ()
) -> list[AddonDay]:
    """What happened to these addons on a day (UTC) so far."""
    rows = binding(session).context["state"].rows
    aside = {name for name, row in rows.items() if row.state == "suspended"} | set(put_aside)
    begins = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    kept = AddonHealth
    sums = (
        select(kept.addon, func.sum(kept.errors), func.sum(kept.slow), func.sum(kept.job_failures))
        .where(kept.minute >= begins, kept.minute < begins + timedelta(days=1))
        .group_by(kept.addon)
    )
    found = {row[0]: row[1:] for row in session.execute(sums)}
    return [
        AddonDay(addon, day, *map(int, found.get(addon, (0, 0, 0))), quarantined=addon in aside)
        for addon in sorted(addons)
    ]
