"""One command from nothing to pages: the first start, a start after everything was killed, and a
stop that leaves nothing running."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator

import psutil
import pytest

from tenants.testing.cluster import scratch_folder
from tests.machine import Machine, free_port
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def machine() -> Iterator[Machine]:
    with scratch_folder() as folder:
        yield Machine(folder, free_port())


@pytest.mark.chaos
def test_from_nothing_to_pages_and_again_whatever_was_killed(machine: Machine) -> None:
    with machine.up_anew() as first:
        pages_answer(machine)
        for address in ("app", "demo", "second"):
            assert f"http://{address}.localhost:{machine.port}" in machine.said()
        passwords = one_time_passwords(machine)
        assert len(set(passwords)) == 3

        children = psutil.Process(first.pid).children(recursive=True)
        for child in children:
            child.kill()
        assert psutil.wait_procs(children, timeout=PATIENCE)[1] == []
        pages_answer(machine)

        for process in machine.processes():
            process.kill()

    with machine.up() as second:
        pages_answer(machine)
        pid_file = machine.var / "postgres" / "data" / "postmaster.pid"
        postgres = psutil.Process(int(pid_file.read_text().split()[0]))
        postgres.kill()
        postgres.wait(PATIENCE)
        wait_for_pages(machine)

        children = psutil.Process(second.pid).children(recursive=True)
        second.process.kill()
        # Nobody looks after them any more, so they end by themselves.
        assert psutil.wait_procs(children, timeout=PATIENCE)[1] == []

    with machine.up_anew() as third:
        pages_answer(machine)
        assert one_time_passwords(machine) == passwords, "passwords are given out once"
        os.killpg(third.pid, signal.SIGINT)  # Ctrl-C reaches all of them
        assert third.wait(PATIENCE) == 0
        assert machine.processes() == []


def pages_answer(machine: Machine) -> None:
    assert "Demo Company" in machine.get("demo", "/login").text
    assert "Second Company" in machine.get("second", "/login").text
    assert machine.get("app", "/login").status_code == 200
    stranger = machine.get("nobody", "/login")
    assert stranger.status_code == 404
    assert "Company" not in stranger.text


def wait_for_pages(machine: Machine) -> None:
    wait_until(
        lambda: machine.get("demo", "/readyz").status_code == 200,
        "all to be well",
        said=machine.said,
        pause=0.2,
    )
    pages_answer(machine)


def one_time_passwords(machine: Machine) -> list[str]:
    return re.findall(r"admin@example\.com +(\S+)", machine.said())
