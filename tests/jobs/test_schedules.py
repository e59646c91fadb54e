"""Jobs run by themselves at the time on the tenant's wall, once for each planned time.

The clock is the tests': the probe's `nightly` is planned for half past two at night, which in
many countries does not exist on one night of the year, and on another comes twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import time_machine

from core.addons.lifecycle import disable, enable
from core.jobs.board import DueSchedule
from core.jobs.cron import ScheduleError, next_run
from core.jobs.queue import enqueue
from core.jobs.schedules import plan, start_due
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import Cluster, control
from tenants.models import Organization
from tenants.testing.tenants import fresh_tenant
from tests.jobs.world import jobs, wait_until, working

MakeTenant = Callable[[str, str], Tenant]


@pytest.fixture
def tenant_in(kernel: Kernel) -> Iterator[MakeTenant]:
    """Makes tenants that live in a time zone, and removes them."""
    with ExitStack() as stack:

        def make(slug: str, timezone: str) -> Tenant:
            tenant = stack.enter_context(fresh_tenant(kernel, slug, addons=("probe",)))
            with kernel.session(control(kernel)) as session:
                session.get_one(Organization, tenant.id).timezone = timezone
            kernel.directory.forget(tenant.id)
            found = kernel.directory.find_id(tenant.id)
            assert found is not None
            return found

        yield make


def schedules(kernel: Kernel, tenant: Tenant) -> list[tuple[Any, ...]]:
    with psycopg.connect(**control(kernel).runtime.conninfo()) as connection:
        return connection.execute(
            "SELECT job, next_run_at, last_run_at FROM tenants.schedule"
            " WHERE tenant_id = %s AND job LIKE 'probe.%%' ORDER BY job",
            (tenant.id,),
        ).fetchall()


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[misc]


def planned_runs(kernel: Kernel, tenant: Tenant) -> list[str]:
    return [row.key.removeprefix("schedule:probe.nightly:") for row in nightly(kernel, tenant)]


def nightly(kernel: Kernel, tenant: Tenant) -> list[Any]:
    return jobs(kernel, tenant, "probe.nightly")


def plan_at(kernel: Kernel, tenant: Tenant, now: datetime) -> None:
    with time_machine.travel(now, tick=False), kernel.session(tenant) as session:
        plan(session)


def test_a_night_job_in_riyadh_runs_at_night_in_riyadh(
    kernel: Kernel, tenant_in: MakeTenant
) -> None:
    tenant = tenant_in("riyadh", "Asia/Riyadh")
    plan_at(kernel, tenant, at(2026, 5, 1, 12))
    assert schedules(kernel, tenant) == [("probe.nightly", at(2026, 5, 1, 23, 30), None)]
    start_due(kernel, at(2026, 5, 1, 23, 29))
    assert nightly(kernel, tenant) == []
    start_due(kernel, at(2026, 5, 1, 23, 31))
    assert planned_runs(kernel, tenant) == ["2026-05-01T23:30:00+00:00"]
    assert schedules(kernel, tenant) == [
        ("probe.nightly", at(2026, 5, 2, 23, 30), at(2026, 5, 1, 23, 30))
    ]


def test_the_night_that_has_no_half_past_two_runs_the_job_right_after_the_jump(
    kernel: Kernel, tenant_in: MakeTenant
) -> None:
    tenant = tenant_in("spring", "Europe/Berlin")
    plan_at(kernel, tenant, at(2026, 3, 28, 12))
    for hour in range(48):
        start_due(kernel, at(2026, 3, 28, 12) + timedelta(hours=hour, minutes=59))
    assert planned_runs(kernel, tenant) == [
        "2026-03-29T01:00:00+00:00",  # the clock went from two to three
        "2026-03-30T00:30:00+00:00",
    ]


def test_the_night_that_has_half_past_two_twice_runs_the_job_once(
    kernel: Kernel, tenant_in: MakeTenant
) -> None:
    tenant = tenant_in("autumn", "Europe/Berlin")
    plan_at(kernel, tenant, at(2026, 10, 24, 12))
    for hour in range(48):
        start_due(kernel, at(2026, 10, 24, 12) + timedelta(hours=hour, minutes=59))
    assert planned_runs(kernel, tenant) == [
        "2026-10-25T00:30:00+00:00",
        "2026-10-26T01:30:00+00:00",
    ]


def test_what_runs_every_half_hour_runs_on_when_the_clock_is_turned_back() -> None:
    moment, seen = at(2026, 10, 24, 23, 30), []
    for _ in range(6):
        moment = next_run("*/30 * * * *", "Europe/Berlin", moment)
        seen.append(moment)
    assert seen == [at(2026, 10, 25) + timedelta(minutes=30 * n) for n in range(6)]


def test_runs_missed_while_nobody_worked_are_made_up_for_by_one(
    kernel: Kernel, tenant_in: MakeTenant
) -> None:
    tenant = tenant_in("missed", "UTC")
    plan_at(kernel, tenant, at(2026, 5, 1, 12))
    start_due(kernel, at(2026, 5, 20, 12))
    assert planned_runs(kernel, tenant) == ["2026-05-02T02:30:00+00:00"]
    assert schedules(kernel, tenant)[0][1] == at(2026, 5, 21, 2, 30)


def test_a_clock_that_jumps_back_does_not_run_a_job_again(
    kernel: Kernel, tenant_in: MakeTenant
) -> None:
    tenant = tenant_in("jumpy", "UTC")
    plan_at(kernel, tenant, at(2026, 5, 1, 12))
    for now in (at(2026, 5, 2, 3), at(2026, 5, 1, 13), at(2026, 5, 2, 2, 31), at(2026, 5, 2, 3)):
        start_due(kernel, now)
        plan_at(kernel, tenant, now)
    assert planned_runs(kernel, tenant) == ["2026-05-02T02:30:00+00:00"]


def test_a_process_that_dies_between_the_two_databases_does_not_run_a_job_twice(
    kernel: Kernel, tenant_in: MakeTenant
) -> None:
    tenant = tenant_in("between", "UTC")
    plan_at(kernel, tenant, at(2026, 5, 1, 12))

    def start_and_die(due: DueSchedule) -> datetime:
        key = f"schedule:{due.job}:{due.planned.next_run_at.isoformat()}"
        with kernel.session(tenant) as session:
            enqueue(session, due.job, key=key)
        raise ConnectionError("the process is gone")

    assert kernel.board.run_due_schedule(at(2026, 5, 2, 3), start_and_die)
    assert schedules(kernel, tenant)[0][1] == at(2026, 5, 2, 2, 30)
    start_due(kernel, at(2026, 5, 2, 3, 2))
    assert planned_runs(kernel, tenant) == ["2026-05-02T02:30:00+00:00"]
    assert schedules(kernel, tenant)[0][1] == at(2026, 5, 3, 2, 30)


def test_one_tenant_whose_database_is_away_does_not_stop_the_others(
    kernel: Kernel, jobs_cluster: Cluster, tenant_in: MakeTenant
) -> None:
    away, there = tenant_in("away", "UTC"), tenant_in("there", "UTC")
    for tenant in (away, there):
        plan_at(kernel, tenant, at(2026, 5, 1, 12))
    database = away.runtime.database
    with psycopg.connect(**jobs_cluster.admin.conninfo(), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {database} WITH ALLOW_CONNECTIONS false".encode())
        kernel.engine.broker.forget(database)
        start_due(kernel, at(2026, 5, 2, 3))
        admin.execute(f"ALTER DATABASE {database} WITH ALLOW_CONNECTIONS true".encode())
    assert len(nightly(kernel, there)) == 1
    assert nightly(kernel, away) == []
    start_due(kernel, at(2026, 5, 2, 3, 2))
    assert planned_runs(kernel, away) == ["2026-05-02T02:30:00+00:00"]


def test_workers_that_tick_at_once_start_a_schedule_once(
    kernel: Kernel, tenant_in: MakeTenant
) -> None:
    tenant = tenant_in("ticking", "UTC")
    plan_at(kernel, tenant, at(2026, 5, 1, 12))
    with psycopg.connect(**control(kernel).runtime.conninfo()) as other_worker:
        other_worker.execute("SELECT 1 FROM tenants.schedule FOR UPDATE")
        assert start_due(kernel, at(2026, 5, 2, 3)) == 0
    assert nightly(kernel, tenant) == []
    assert start_due(kernel, at(2026, 5, 2, 3)) >= 1
    assert len(nightly(kernel, tenant)) == 1


def test_a_worker_plans_what_a_tenant_has_enabled_and_unplans_what_it_has_not(
    kernel: Kernel, tenant: Tenant
) -> None:
    def planned() -> list[str]:
        return [job for job, *_ in schedules(kernel, tenant)]

    with working(kernel):
        wait_until(lambda: planned() == ["probe.nightly"], "the plan of a new tenant")
        disable(kernel, tenant, "probe")
        kernel.board.wake(tenant.id)
        wait_until(lambda: planned() == [], "the end of the plan")
        enable(kernel, tenant, "probe")
        kernel.board.wake(tenant.id)
        wait_until(lambda: planned() == ["probe.nightly"], "the plan again")


@pytest.mark.parametrize(
    ("cron", "timezone"),
    [("half past two", "UTC"), ("61 * * * *", "UTC"), ("0 0 31 2 *", "UTC"), ("0 0 * * *", "Moon")],
)
def test_what_cannot_be_planned_is_refused_with_its_name(cron: str, timezone: str) -> None:
    with pytest.raises(ScheduleError, match="cannot plan"):
        next_run(cron, timezone, at(2026, 5, 1))
