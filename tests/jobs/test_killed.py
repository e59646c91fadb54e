"""Workers and their clients are killed with SIGKILL: no job is lost, none is done twice in effect.

The workers that die are `aorabooks worker`, each with the processes below it. What a test would
have to wait for, the end of a lease and of the patience with a lost wake-up, it brings about by
hand.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
import pytest

from core.config import Config
from core.jobs.queue import enqueue
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import Cluster
from tests import forked, processes
from tests.forked import Forked
from tests.jobs.dying_client import ask_and_die
from tests.jobs.world import (
    ask,
    change,
    job_row,
    jobs,
    notes,
    open_gate,
    wait_for_state,
    wait_for_the_dead,
    wait_until,
    working,
)
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
LEASES_END = "UPDATE core.job SET lease_until = now() - interval '1 second' WHERE state = 'running'"

Start = Callable[[], Forked]


@pytest.fixture
def environment(jobs_config: Config, jobs_cluster: Cluster) -> dict[str, str]:
    """What leads a process to the tests' platform."""
    admin = jobs_cluster.admin
    where = urlencode({"host": admin.host, "port": admin.port})
    credentials = f"{quote(admin.user, safe='')}:{quote(admin.password, safe='')}"
    return os.environ | {
        "AORABOOKS_DATABASE_URL": f"postgresql://{credentials}@/{admin.database}?{where}",
        "AORABOOKS_SECRET_KEY": str(jobs_config.secret_key),
        "AORABOOKS_ADDON_PATH": str(jobs_config.addon_path),
        "AORABOOKS_VAR": str(jobs_config.var),
    }


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    """Starts workers on the tests' platform; ends those that are left."""
    started: list[Forked] = []

    def _start() -> Forked:
        worker = forked.start(
            processes.run, ("worker",), os.devnull, environment=environment, folder=ROOT
        )
        started.append(worker)
        return worker

    yield _start
    for worker in started:
        kill(worker)


def kill(program: Forked) -> None:
    """SIGKILL to the program and to everything that it started, at one moment."""
    if program.process.is_alive():
        parent = psutil.Process(program.pid)
        parent.suspend()  # or it would start anew what dies first
        family = [parent, *parent.children(recursive=True)]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family[1:], timeout=PATIENCE)
    program.process.join(PATIENCE)


def test_a_job_whose_worker_is_killed_runs_again_and_counts_once(
    kernel: Kernel, tenant: Tenant, gate: Path, start: Start
) -> None:
    first = start()
    job_id = ask(kernel, tenant, "probe.gated", text="once", gate=str(gate))
    wait_until(lambda: job_row(kernel, tenant, job_id).progress == 0.5, "the job's report")
    kill(first)
    wait_for_the_dead(kernel, tenant)
    change(kernel, tenant, LEASES_END)
    with working(kernel):
        kernel.board.wake(tenant.id)
        open_gate(gate)
        row = wait_for_state(kernel, tenant, job_id, "done")
    assert (row.attempts, row.losses) == (0, 1)
    assert notes(kernel, tenant) == ["once"]


def test_a_lease_that_ends_frees_no_job_that_runs_and_a_worker_told_to_end_finishes_it(
    kernel: Kernel, tenant: Tenant, gate: Path, start: Start
) -> None:
    worker = start()
    job_id = ask(kernel, tenant, "probe.gated", text="once", gate=str(gate))
    wait_until(lambda: job_row(kernel, tenant, job_id).progress == 0.5, "the job's report")
    claimed_by = job_row(kernel, tenant, job_id).worker
    change(kernel, tenant, LEASES_END)
    assert work_off(kernel, tenant) == 0
    row = job_row(kernel, tenant, job_id)
    assert (row.state, row.worker, row.losses) == ("running", claimed_by, 0)

    worker.process.terminate()
    open_gate(gate)
    assert worker.wait().status == 0, "it leaves in peace"
    assert job_row(kernel, tenant, job_id).state == "done"
    assert notes(kernel, tenant) == ["once"]


def test_a_process_killed_between_its_commit_and_the_wake_up_loses_nothing(
    kernel: Kernel, tenant: Tenant, environment: dict[str, str]
) -> None:
    client = forked.start(ask_and_die, tenant.slug, environment=environment, folder=ROOT)
    assert client.wait().status == -signal.SIGKILL
    assert [row.state for row in jobs(kernel, tenant)] == ["queued"]
    with working(kernel):
        wait_until(lambda: notes(kernel, tenant), "the job")
    assert notes(kernel, tenant) == ["asked for by the dead"]


@pytest.mark.chaos
def test_workers_killed_at_random_moments_do_every_job_once(
    kernel: Kernel, tenant: Tenant, second_tenant: Tenant, start: Start
) -> None:
    expected = [str(number) for number in range(40)]
    for each in (tenant, second_tenant):
        with kernel.session(each) as session:
            for number in expected:
                enqueue(session, "probe.note", text=number)

    def left_after_a_while() -> int:
        for each in (tenant, second_tenant):
            change(kernel, each, LEASES_END)
        kernel.board.sweep(resend_after=0.5)
        return 80 - len(notes(kernel, tenant)) - len(notes(kernel, second_tenant))

    dice = random.Random(20_261_122)
    for victim in [start() for _ in range(2)]:
        # The others may have done nearly all of it before this one's turn to die comes.
        goal = max(0, left_after_a_while() - dice.randrange(1, 20))
        wait_until(lambda goal=goal: left_after_a_while() <= goal, "some work")
        kill(victim)
    with working(kernel):
        wait_until(lambda: left_after_a_while() == 0, "every job")
    for each in (tenant, second_tenant):
        assert sorted(notes(kernel, each), key=int) == expected
        assert {row.state for row in jobs(kernel, each)} == {"done"}
