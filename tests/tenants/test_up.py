"""One command from nothing to pages: the first start, a start after everything was killed, and a
stop that leaves nothing running."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from tenants.testing.cluster import scratch_folder

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine's folder and port, on which the platform is started and stopped."""

    var: Path
    port: int

    @contextmanager
    def up(self) -> Iterator[subprocess.Popen[str]]:
        """`aorabooks up`, until the block ends."""
        log = (self.var / "up.log").open("a+")
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("AORABOOKS_")},
            "AORABOOKS_VAR": str(self.var),
            "AORABOOKS_PORT": str(self.port),
            "AORABOOKS_WEB_PROCESSES": "2",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "tenants.cli", "up"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE)
            log.close()

    def said(self) -> str:
        return (self.var / "up.log").read_text()

    def get(self, slug: str, path: str) -> httpx.Response:
        """A page, as soon as somebody answers."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return httpx.get(
                    f"http://127.0.0.1:{self.port}{path}",
                    headers={"Host": f"{slug}.localhost:{self.port}"},
                    timeout=PATIENCE,
                )
            except httpx.TransportError:
                assert time.monotonic() < deadline, self.said()
                time.sleep(0.1)

    def processes(self) -> list[psutil.Process]:
        """Everything that works in this folder: the platform's processes and PostgreSQL's."""
        found = []
        for process in psutil.process_iter():
            try:
                ours = process.environ().get("AORABOOKS_VAR") == str(self.var)
                postgres = process.cwd().startswith(str(self.var))
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
            if (ours or postgres) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        return found


@pytest.fixture
def machine() -> Iterator[Machine]:
    with scratch_folder() as folder:
        yield Machine(folder, free_port())


def free_port() -> int:
    """Below the range that outgoing connections take theirs from."""
    for port in range(21000, 22000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")


@pytest.mark.chaos
def test_from_nothing_to_pages_and_again_whatever_was_killed(machine: Machine) -> None:
    with machine.up() as first:
        pages_answer(machine)
        for address in ("app", "demo", "second"):
            assert f"http://{address}.localhost:{machine.port}" in machine.said()
        passwords = one_time_passwords(machine)
        assert len(set(passwords)) == 3

        children = psutil.Process(first.pid).children()
        for child in children:
            child.kill()
        assert psutil.wait_procs(children, timeout=PATIENCE)[1] == []
        pages_answer(machine)

        for process in machine.processes():
            process.kill()

    with machine.up() as second:
        pages_answer(machine)
        children = psutil.Process(second.pid).children()
        second.kill()
        # Nobody looks after them any more, so they end by themselves.
        assert psutil.wait_procs(children, timeout=PATIENCE)[1] == []

    with machine.up() as third:
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


def one_time_passwords(machine: Machine) -> list[str]:
    return re.findall(r"admin@example\.com +(\S+)", machine.said())
