"""What the tests of the jobs look at and wait for."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text

from core.jobs.queue import enqueue
from core.jobs.worker import run_worker
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.waiting import PATIENCE, wait_until

_HOLDERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND usename = current_user AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
)


def ask(kernel: Kernel, tenant: Tenant, name: str, **arguments: Any) -> int:
    """Ask for a job in a transaction of its own."""
    with kernel.session(tenant) as session:
        return enqueue(session, name, **arguments)


def job_row(kernel: Kernel, tenant: Tenant, job_id: int) -> Any:
    """The job as its row stands now."""
    with kernel.session(tenant) as session:
        return session.execute(text("SELECT * FROM core.job WHERE id = :id"), {"id": job_id}).one()


def jobs(kernel: Kernel, tenant: Tenant, name: str = "probe.note") -> list[Any]:
    """All jobs of one name, oldest first."""
    statement = text("SELECT * FROM core.job WHERE name = :name ORDER BY id")
    with kernel.session(tenant) as session:
        return list(session.execute(statement, {"name": name}))


def change(kernel: Kernel, tenant: Tenant, statement: str, **values: Any) -> None:
    """Bring about by hand what otherwise takes time."""
    with kernel.session(tenant) as session:
        session.execute(text(statement), values)


def notes(kernel: Kernel, tenant: Tenant) -> list[str]:
    """What the probe's jobs left behind."""
    with kernel.session(tenant) as session:
        return list(session.scalars(text("SELECT text FROM probe.note ORDER BY id")))


def wait_for_state(kernel: Kernel, tenant: Tenant, job_id: int, state: str) -> Any:
    """The job's row once it is in this state."""

    def reached() -> Any:
        row = job_row(kernel, tenant, job_id)
        return row if row.state == state else None

    return wait_until(reached, f"job {job_id} to be {state}")


def wait_for_the_dead(kernel: Kernel, tenant: Tenant) -> None:
    """Until the server has noticed the death of who was killed: it holds their locks until then,
    and what they had claimed is passed over."""

    def let_go() -> bool:
        with kernel.session(tenant) as session:
            return session.scalar(text(_HOLDERS)) == 0

    wait_until(let_go, "the database to let go of what the dead had locked")


@contextmanager
def working(kernel: Kernel, *, grace_seconds: float = 20) -> Iterator[threading.Event]:
    """A worker in a thread for the length of the block, which gets its stop event."""
    stop = threading.Event()
    thread = threading.Thread(
        target=run_worker, args=(kernel, stop), kwargs={"grace_seconds": grace_seconds}
    )
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the worker did not stop"


def open_gate(gate: Path) -> None:
    """Let the job through that stands at the gate, once one does."""

    def opened() -> bool:
        try:
            os.close(os.open(gate, os.O_WRONLY | os.O_NONBLOCK))
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            return False
        return True

    wait_until(opened, f"a job at {gate.name}")
