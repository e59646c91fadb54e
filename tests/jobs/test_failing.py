"""A job that fails is tried again, later each time, and then kept for a person to mend."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from core.addons.lifecycle import disable, enable
from core.errors import Conflict, NotFound
from core.jobs.models import MAX_LOSSES
from core.jobs.repair import cancel, repair, replay
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.jobs.world import ask, change, job_row, notes, wait_until

TIME_PASSES = "UPDATE core.job SET run_at = now() WHERE state = 'queued'"


def seconds_to_wait(kernel: Kernel, tenant: Tenant, job_id: int) -> float:
    statement = text("SELECT extract(epoch FROM run_at - now()) FROM core.job WHERE id = :id")
    with kernel.session(tenant) as session:
        return float(session.execute(statement, {"id": job_id}).scalar_one())


def test_a_job_is_tried_three_times_with_growing_pauses(kernel: Kernel, tenant: Tenant) -> None:
    job_id = ask(kernel, tenant, "probe.divide", by=0)
    assert work_off(kernel, tenant) == 1
    assert 7 < seconds_to_wait(kernel, tenant, job_id) <= 12
    change(kernel, tenant, TIME_PASSES)
    work_off(kernel, tenant)
    assert 45 < seconds_to_wait(kernel, tenant, job_id) <= 72
    assert job_row(kernel, tenant, job_id).state == "queued"
    change(kernel, tenant, TIME_PASSES)
    work_off(kernel, tenant)
    row = job_row(kernel, tenant, job_id)
    assert (row.state, row.attempts) == ("dead", 3)
    assert row.error == "ZeroDivisionError: division by zero"
    assert "10 / by" in row.traceback
    assert work_off(kernel, tenant) == 0


def test_a_failed_try_leaves_nothing_behind(kernel: Kernel, tenant: Tenant) -> None:
    ask(kernel, tenant, "probe.cross", first="no number", second=2)
    work_off(kernel, tenant)
    assert notes(kernel, tenant) == []


def dead_job(kernel: Kernel, tenant: Tenant) -> int:
    job_id = ask(kernel, tenant, "probe.divide", by=0)
    change(kernel, tenant, "UPDATE core.job SET max_attempts = 1")
    work_off(kernel, tenant)
    assert job_row(kernel, tenant, job_id).state == "dead"
    return job_id


def test_a_dead_job_is_mended_and_run_again(kernel: Kernel, tenant: Tenant) -> None:
    job_id = dead_job(kernel, tenant)
    with kernel.session(tenant) as session:
        repair(session, job_id, {"by": 4})
        replay(session, job_id)
    assert work_off(kernel, tenant) == 1
    row = job_row(kernel, tenant, job_id)
    assert (row.state, row.attempts, row.error, row.traceback) == ("done", 0, "", "")
    assert notes(kernel, tenant) == ["2.5"]


def test_a_job_that_was_done_is_neither_run_again_nor_mended_nor_cancelled(
    kernel: Kernel, tenant: Tenant
) -> None:
    job_id = ask(kernel, tenant, "probe.note", text="x")
    work_off(kernel, tenant)
    with kernel.session(tenant) as session:
        for change_it in (replay, cancel, lambda s, i: repair(s, i, {})):
            with pytest.raises(Conflict, match="Write a note"):
                change_it(session, job_id)
        with pytest.raises(NotFound):
            replay(session, job_id + 1000)


def test_a_cancelled_job_does_not_run_until_it_is_replayed(kernel: Kernel, tenant: Tenant) -> None:
    job_id = ask(kernel, tenant, "probe.note", text="x")
    with kernel.session(tenant) as session:
        cancel(session, job_id)
    assert work_off(kernel, tenant) == 0
    with kernel.session(tenant) as session:
        replay(session, job_id)
    assert work_off(kernel, tenant) == 1


def test_what_was_out_of_reach_does_not_count_as_a_try_but_not_for_ever(
    kernel: Kernel, tenant: Tenant
) -> None:
    job_id = ask(kernel, tenant, "probe.out_of_reach")
    for losses in range(1, MAX_LOSSES + 1):
        assert work_off(kernel, tenant) == 1
        row = job_row(kernel, tenant, job_id)
        assert (row.attempts, row.losses) == (0, losses)
        change(kernel, tenant, TIME_PASSES)
    assert row.state == "dead"
    assert row.error == "The bank does not answer."


def test_a_deadlock_is_tried_again_at_once_and_not_counted(kernel: Kernel, tenant: Tenant) -> None:
    for note in ("first", "second"):
        ask(kernel, tenant, "probe.note", text=note)
    work_off(kernel, tenant)
    job_id = ask(kernel, tenant, "probe.cross", first=1, second=2)
    waiting = text("SELECT 1 FROM pg_locks WHERE NOT granted")
    with kernel.session(tenant) as session:
        session.execute(text("UPDATE probe.note SET text = 'mine' WHERE id = 2"))
        job = threading.Thread(target=work_off, args=(kernel, tenant))
        job.start()
        wait_until(lambda: session.scalar(waiting), "the job to wait for our lock")
        # It began to wait first, so the server makes it, and not us, the victim.
        session.execute(text("UPDATE probe.note SET text = 'mine' WHERE id = 1"))
    job.join()
    row = job_row(kernel, tenant, job_id)
    assert (row.state, row.attempts, row.losses) == ("done", 0, 0)
    assert notes(kernel, tenant) == ["crossed", "crossed"]


def test_the_jobs_of_a_disabled_addon_wait_until_it_is_enabled_again(
    kernel: Kernel, tenant: Tenant
) -> None:
    job_id = ask(kernel, tenant, "probe.note", text="x")
    disable(kernel, tenant, "probe")
    assert work_off(kernel, tenant) == 0
    row = job_row(kernel, tenant, job_id)
    assert (row.state, row.error) == ("queued", "Waits until the addon probe is enabled again.")
    enable(kernel, tenant, "probe")
    assert work_off(kernel, tenant) == 1
    assert job_row(kernel, tenant, job_id).error == ""
