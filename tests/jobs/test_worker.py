"""A worker is woken for a tenant that has work, and tenants take turns.

Each story runs a real worker in a thread, over PostgreSQL alone.
"""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from core.errors import Unavailable
from core.jobs import worker
from core.jobs.progress import progress_of
from core.jobs.queue import enqueue
from core.jobs.repair import cancel
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import Cluster, control
from tests.jobs.world import (
    ask,
    change,
    job_row,
    jobs,
    notes,
    open_gate,
    wait_for_state,
    wait_until,
    working,
)


def gates(folder: Path, count: int) -> list[Path]:
    made = [folder / f"gate-{number}" for number in range(count)]
    for gate in made:
        os.mkfifo(gate)
    return made


def test_a_job_runs_soon_after_it_was_asked_for(
    kernel: Kernel, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that it is the wake-up that brings it to the worker, and not a later look for what is late.
    monkeypatch.setattr("core.jobs.worker.RESEND_SECONDS", 86_400.0)
    with working(kernel):
        job_id = ask(kernel, tenant, "probe.note", text="soon")
        wait_for_state(kernel, tenant, job_id, "done")
    assert notes(kernel, tenant) == ["soon"]


def test_work_asked_for_while_no_worker_ran_is_found(kernel: Kernel, tenant: Tenant) -> None:
    job_id = ask(kernel, tenant, "probe.note", text="waited")
    with working(kernel):
        wait_for_state(kernel, tenant, job_id, "done")


def test_progress_is_seen_while_the_job_is_still_at_work(
    kernel: Kernel, tenant: Tenant, gate: Path
) -> None:
    with working(kernel):
        job_id = ask(kernel, tenant, "probe.gated", text="x", gate=str(gate))

        def halfway() -> bool:
            with kernel.session(tenant, readonly=True) as session:
                progress = progress_of(session, job_id)
            assert not progress.ended
            return (progress.fraction, progress.text) == (0.5, "at the gate")

        wait_until(halfway, "the job's report")
        assert notes(kernel, tenant) == []
        open_gate(gate)
        row = wait_for_state(kernel, tenant, job_id, "done")
    assert row.progress == 1
    assert notes(kernel, tenant) == ["x"]


def test_cancelling_a_running_job_undoes_what_it_did(
    kernel: Kernel, tenant: Tenant, gate: Path
) -> None:
    with working(kernel):
        job_id = ask(kernel, tenant, "probe.gated", text="x", gate=str(gate))
        wait_until(lambda: job_row(kernel, tenant, job_id).progress == 0.5, "the job's report")
        with kernel.session(tenant) as session:
            cancel(session, job_id)
        open_gate(gate)
    assert job_row(kernel, tenant, job_id).state == "cancelled"
    assert notes(kernel, tenant) == []


def test_a_tenant_with_five_hundred_jobs_does_not_keep_another_waiting(
    kernel: Kernel, tenant: Tenant, second_tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        for number in range(500):
            enqueue(session, "probe.note", text=str(number))
    single = ask(kernel, second_tenant, "probe.note", text="single")
    with working(kernel):
        wait_for_state(kernel, second_tenant, single, "done")
        done = [row for row in jobs(kernel, tenant) if row.state == "done"]
    assert len(done) < 60


def test_long_jobs_of_one_tenant_leave_threads_for_the_others(
    kernel: Kernel, tenant: Tenant, second_tenant: Tenant, tmp_path: Path
) -> None:
    waiting = gates(tmp_path, 4)
    with kernel.session(tenant) as session:
        for gate in waiting:
            enqueue(session, "probe.gated", text="long", gate=str(gate))
    with working(kernel):

        def running() -> int:
            return sum(row.state == "running" for row in jobs(kernel, tenant, "probe.gated"))

        wait_until(lambda: running() == 2, "half of the threads to be busy")
        single = ask(kernel, second_tenant, "probe.note", text="short")
        wait_for_state(kernel, second_tenant, single, "done")
        assert running() == 2
        for gate in waiting:
            open_gate(gate)
        wait_until(lambda: len(notes(kernel, tenant)) == 4, "all long jobs")


def test_a_worker_told_to_stop_finishes_its_job_first(
    kernel: Kernel, tenant: Tenant, gate: Path
) -> None:
    with working(kernel) as stop:
        running = ask(kernel, tenant, "probe.gated", text="first", gate=str(gate))
        wait_for_state(kernel, tenant, running, "running")
        stop.set()
        next_one = ask(kernel, tenant, "probe.note", text="second")
        open_gate(gate)
    assert job_row(kernel, tenant, running).state == "done"
    assert job_row(kernel, tenant, next_one).state == "queued"
    with working(kernel):
        wait_for_state(kernel, tenant, next_one, "done")


def test_the_jobs_of_a_suspended_tenant_wait_until_it_is_resumed(
    kernel: Kernel, tenant: Tenant, second_tenant: Tenant
) -> None:
    def set_status(status: str) -> None:
        with kernel.session(control(kernel)) as session:
            session.execute(
                text("UPDATE tenants.organization SET status = :status WHERE id = :id"),
                {"status": status, "id": tenant.id},
            )
        kernel.directory.forget(tenant.id)

    set_status("suspended")
    waiting = ask(kernel, tenant, "probe.note", text="x")
    with working(kernel):
        for text_ in ("one", "two"):
            other = ask(kernel, second_tenant, "probe.note", text=text_)
            wait_for_state(kernel, second_tenant, other, "done")
        assert job_row(kernel, tenant, waiting).state == "queued"
        set_status("active")
        wait_for_state(kernel, tenant, waiting, "done")


def test_a_wake_up_that_was_lost_is_sent_again(
    kernel: Kernel, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "RESEND_SECONDS", 0.5)
    job_id = ask(kernel, tenant, "probe.note", text="x")
    with psycopg.connect(**control(kernel).runtime.conninfo(), autocommit=True) as connection:
        lost = connection.execute("DELETE FROM tenants.huey_task RETURNING id").fetchall()
    assert lost
    with working(kernel):
        wait_for_state(kernel, tenant, job_id, "done")


def test_a_wake_up_with_a_forged_signature_is_thrown_away(kernel: Kernel, tenant: Tenant) -> None:
    with psycopg.connect(**control(kernel).runtime.conninfo(), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO tenants.huey_task (queue, data) VALUES ('aorabooks', %s)",
            (b"cos\nsystem\n(S'false'\ntR.:forged",),
        )
    with working(kernel):
        job_id = ask(kernel, tenant, "probe.note", text="x")
        wait_for_state(kernel, tenant, job_id, "done")


def test_a_worker_survives_the_loss_of_all_its_connections(
    kernel: Kernel, jobs_cluster: Cluster, tenant: Tenant, gate: Path
) -> None:
    with working(kernel):
        cut = ask(kernel, tenant, "probe.gated", text="cut", gate=str(gate))
        wait_until(lambda: job_row(kernel, tenant, cut).progress == 0.5, "the job's report")
        _end_all_connections(jobs_cluster, tenant)
        open_gate(gate)
        wait_until(lambda: _state_and_losses(kernel, tenant, cut) == ("queued", 1), "the loss")
        after = ask(kernel, tenant, "probe.note", text="after")
        wait_for_state(kernel, tenant, after, "done")
        change(kernel, tenant, "UPDATE core.job SET run_at = now() WHERE state = 'queued'")
        open_gate(gate)
        wait_for_state(kernel, tenant, cut, "done")
    assert sorted(notes(kernel, tenant)) == ["after", "cut"]


def _end_all_connections(cluster: Cluster, tenant: Tenant) -> None:
    with psycopg.connect(**cluster.admin.conninfo(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = ANY (%s)",
            ([cluster.admin.database, tenant.runtime.database],),
        )


def _state_and_losses(kernel: Kernel, tenant: Tenant, job_id: int) -> tuple[str, int] | None:
    """None while the connection that this reading is given was lost like all others."""
    try:
        row = job_row(kernel, tenant, job_id)
    except Unavailable:
        return None
    return row.state, row.losses


def test_a_worker_shows_that_it_is_alive(kernel: Kernel, tenant: Tenant) -> None:
    with working(kernel):
        wait_until(lambda: kernel.board.figures().workers, "the worker's first beat")
        assert kernel.board.figures().schedules_late == 0
