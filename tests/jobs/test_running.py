"""A job is asked for in the transaction whose outcome it depends on, and runs once in effect.

The jobs here are those of the addon `probe`: each leaves a note, so that what a job did can be
told from what it said.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from core.addons.states import view
from core.declare import InvariantResult
from core.jobs.queue import enqueue
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.jobs.world import ask, change, job_row, jobs, notes

SOON = datetime.now(UTC) + timedelta(days=1)


def test_a_job_leaves_its_effect_and_is_done(kernel: Kernel, tenant: Tenant) -> None:
    job_id = ask(kernel, tenant, "probe.note", text="hello")
    assert work_off(kernel, tenant) == 1
    assert notes(kernel, tenant) == ["hello"]
    row = job_row(kernel, tenant, job_id)
    assert (row.state, row.title, row.attempts, row.error) == ("done", "Write a note", 0, "")
    assert row.progress == 1
    assert work_off(kernel, tenant) == 0


def test_a_job_asked_for_in_a_transaction_that_fails_does_not_exist(
    kernel: Kernel, tenant: Tenant
) -> None:
    def ask_and_fail() -> None:
        with kernel.session(tenant) as session:
            enqueue(session, "probe.note", text="never")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_and_fail()
    assert work_off(kernel, tenant) == 0
    assert jobs(kernel, tenant) == []


def test_a_job_waits_for_its_time(kernel: Kernel, tenant: Tenant) -> None:
    ask(kernel, tenant, "probe.note", text="later", run_at=SOON)
    assert work_off(kernel, tenant) == 0
    assert work_off(kernel, tenant, now=SOON) == 1
    assert notes(kernel, tenant) == ["later"]


def test_a_key_makes_one_job_of_many_requests(kernel: Kernel, tenant: Tenant) -> None:
    first = ask(kernel, tenant, "probe.note", key="invoice-7", text="once")
    assert ask(kernel, tenant, "probe.note", key="invoice-7", text="twice") == first
    work_off(kernel, tenant)
    assert ask(kernel, tenant, "probe.note", key="invoice-7", text="after it ran") == first
    other = ask(kernel, tenant, "probe.note", key="invoice-8", text="other")
    assert other != first
    work_off(kernel, tenant)
    assert notes(kernel, tenant) == ["once", "other"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"text": Decimal("1.5")}, "argument text of the job probe.note is a Decimal"),
        ({"text": {"when": [datetime.now(UTC)]}}, r"argument text.when\[0\] .* is a datetime"),
        ({"text": "x", "run_at": datetime(2026, 1, 1)}, "no time zone"),  # noqa: DTZ001
    ],
)
def test_what_json_cannot_hold_is_refused_by_name(
    kernel: Kernel, tenant: Tenant, arguments: dict[str, Any], problem: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=problem):
        ask(kernel, tenant, "probe.note", **arguments)


def test_a_job_that_nobody_declares_is_refused_when_it_is_asked_for(
    kernel: Kernel, tenant: Tenant
) -> None:
    with pytest.raises(LookupError, match=r"no job called 'probe\.nothing'"):
        ask(kernel, tenant, "probe.nothing")


def test_a_job_that_no_longer_exists_fails_and_says_so(kernel: Kernel, tenant: Tenant) -> None:
    job_id = ask(kernel, tenant, "probe.note", text="x")
    change(kernel, tenant, "UPDATE core.job SET name = 'probe.gone', max_attempts = 1")
    work_off(kernel, tenant)
    row = job_row(kernel, tenant, job_id)
    assert row.state == "dead"
    assert "there is no job called 'probe.gone'" in row.error


def test_what_a_job_changes_is_laid_to_whoever_asked_for_it(kernel: Kernel, tenant: Tenant) -> None:
    job_id = ask(kernel, tenant, "probe.note", text="audited")
    work_off(kernel, tenant)
    with kernel.session(tenant) as session:
        entry = session.execute(
            text("SELECT actor, request_id FROM core.audit_log WHERE table_name = 'probe.note'")
        ).one()
    assert tuple(entry) == ("system", f"job-{job_id}")


def test_the_jobs_of_one_tenant_are_not_seen_by_another(
    kernel: Kernel, tenant: Tenant, second_tenant: Tenant
) -> None:
    ask(kernel, tenant, "probe.note", text="mine")
    assert work_off(kernel, second_tenant) == 0
    assert work_off(kernel, tenant) == 1
    assert notes(kernel, second_tenant) == []


def test_the_control_plane_has_jobs_too(kernel: Kernel) -> None:
    control = kernel.directory.find_slug("app")
    assert control is not None
    job_id = ask(kernel, control, "core.sweep_finished")
    work_off(kernel, control)
    assert job_row(kernel, control, job_id).state == "done"


def test_done_jobs_are_forgotten_after_two_weeks_and_dead_ones_are_kept(
    kernel: Kernel, tenant: Tenant
) -> None:
    old, young, dead = (ask(kernel, tenant, "probe.note", text="x") for _ in range(3))
    work_off(kernel, tenant)
    change(
        kernel,
        tenant,
        "UPDATE core.job SET finished_at = now() - interval '15 days',"
        " state = CASE WHEN id = :dead THEN 'dead' ELSE state END WHERE id <> :young",
        dead=dead,
        young=young,
    )
    ask(kernel, tenant, "core.sweep_finished")
    work_off(kernel, tenant)
    left = [row.id for row in jobs(kernel, tenant)]
    assert left == [young, dead]
    assert old not in left


def test_the_doctor_notices_a_running_job_that_nobody_runs(kernel: Kernel, tenant: Tenant) -> None:
    def alive() -> InvariantResult:
        with kernel.session(tenant) as session:
            [invariant] = [
                owned.item
                for owned in view(session).all.invariants
                if owned.item.name == "core.jobs_alive"
            ]
            return invariant.check(session)

    ask(kernel, tenant, "probe.note", text="x")
    assert alive().holds
    change(
        kernel,
        tenant,
        "UPDATE core.job SET state = 'running', lease_until = now() - interval '11 minutes'",
    )
    found, [abandoned] = alive(), jobs(kernel, tenant)
    assert not found.holds
    assert (found.figure, found.detail) == (
        "1 abandoned",
        f"Start a worker: it takes abandoned jobs up again ({abandoned.id}).",
    )
    work_off(kernel, tenant)
    assert alive().holds
    assert notes(kernel, tenant) == ["x"]
