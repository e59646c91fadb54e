"""A machine of its own for a test: a folder and a port, on which the platform is started whole."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from tests import forked, processes
from tests.forked import Forked
from tests.waiting import PATIENCE, wait_until

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the platform is started and stopped, and what it finds in its environment."""

    var: Path
    port: int
    settings: Mapping[str, str] = field(default_factory=dict)

    @contextmanager
    def up(self, *, days_later: int = 0) -> Iterator[Forked]:
        """`aorabooks up`, until the block ends, in processes that begin with it imported and whose
        clocks are so many days ahead."""
        started = forked.start(
            processes.run, ("up",), str(self.var / "up.log"), days_later,
            environment=self.environment(), folder=ROOT,
        )  # fmt: skip
        try:
            yield started
        finally:
            started.process.terminate()
            started.wait()

    @contextmanager
    def up_anew(self) -> Iterator[subprocess.Popen[str]]:
        """The same as everybody starts it, in processes that import it themselves."""
        log = (self.var / "up.log").open("a+")
        process = subprocess.Popen(
            [sys.executable, "-m", "tenants.cli", "up"],
            cwd=ROOT,
            env=self.environment(),
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

    def environment(self) -> dict[str, str]:
        """The environment of everything that belongs to this machine."""
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith("AORABOOKS_")},
            "AORABOOKS_VAR": str(self.var),
            "AORABOOKS_PORT": str(self.port),
            "AORABOOKS_WEB_PROCESSES": "2",
            "AORABOOKS_DEMO_DATA": "no",
            **self.settings,
        }

    def said(self) -> str:
        return (self.var / "up.log").read_text()

    def get(self, slug: str, path: str) -> httpx.Response:
        """A page, as soon as somebody answers."""
        return wait_until(lambda: self._get(slug, path), "an answer", said=self.said, pause=0.1)

    def _get(self, slug: str, path: str) -> httpx.Response | None:
        try:
            return httpx.get(
                f"http://127.0.0.1:{self.port}{path}",
                headers={"Host": f"{slug}.localhost:{self.port}"},
                timeout=PATIENCE,
                verify=False,  # noqa: S501 - no TLS here, whose certificates take 20 ms to read
            )
        except httpx.TransportError:
            return None

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


def free_port() -> int:
    """Below the range that outgoing connections take theirs from. Each process of the tests
    begins elsewhere, since what it found is taken a moment later."""
    first = os.getpid() * 7 % 1000
    for port in (21000 + (first + step) % 1000 for step in range(1000)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")
