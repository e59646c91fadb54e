"""Many machines on this one: PostgreSQL servers, web and worker processes at addresses of their
own and Redis, each of which can die and come back by itself."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from core.db import embedded, embedded_process
from core.db.embedded import Embedded
from core.secrets import generate
from core.tenancy.tenant import DatabaseAddress
from tenants.testing.cluster import SETTINGS
from tests import forked, processes
from tests.forked import Forked
from tests.machine import PATIENCE, ROOT, free_port
from tests.own_redis import Server

CONTROL = "aorabooks_many"
SERVERS = ("first", "second", "third")
WEBS = ("127.0.0.2", "127.0.0.3")
WORKERS = ("worker 1", "worker 2")

POSTGRESQL = SETTINGS | {"synchronous_commit": "on"}
"""A server that is killed keeps what it has confirmed; the machine under it is not switched off."""


@dataclass(slots=True)
class Site:
    """Everything, in one folder. `first` is the server that holds the control plane too."""

    folder: Path
    redis: Server
    addons: Path
    port: int = 0
    """Of every web machine, each at an address of its own."""
    servers: dict[str, Embedded] = field(default_factory=dict)
    _running: dict[str, Forked] = field(default_factory=dict)
    _secret: str = field(default_factory=generate)

    @contextlib.contextmanager
    def databases(self) -> Iterator[Site]:
        """PostgreSQL and Redis, until the block ends."""
        self.redis.start()
        self.port = free_port()  # Redis has taken its own by now
        try:
            for name in SERVERS:
                self.start_server(name)
            yield self
        finally:
            for server in self.servers.values():
                server.stop()
            self.redis.kill()

    @contextlib.contextmanager
    def programs(self) -> Iterator[Site]:
        """The web and worker processes, until the block ends."""
        try:
            for name in (*WEBS, *WORKERS):
                self.start(name)
            for address in WEBS:
                self.wait_until_ready(address)
            yield self
        finally:
            for one in self._running.values():
                one.process.terminate()
            for one in self._running.values():
                one.wait()

    def start_server(self, name: str) -> None:
        """Start a PostgreSQL server, or one that died anew."""
        self.servers[name] = embedded.start(self.folder / name, settings=POSTGRESQL)

    def kill_server(self, name: str) -> None:
        """End a PostgreSQL server as a power cut would."""
        running = embedded_process.find(self.servers[name].folder / "data")
        assert running is not None
        _end([running.process, *running.process.children()])
        self.servers[name].stop()

    def address(self, name: str) -> DatabaseAddress:
        """The administrator's way into a PostgreSQL server."""
        there = self.servers[name]
        return DatabaseAddress(str(there.socket), 5432, "postgres", "postgres", there.password)

    def start(self, name: str) -> None:
        """Start the web machine of this address, or a worker."""
        command = ("serve", "--bind", name) if name in WEBS else ("worker",)
        self._running[name] = forked.start(
            processes.run, command, self._log(name), environment=self.environment(), folder=ROOT
        )

    def kill(self, name: str) -> None:
        """End a web machine or a worker, with all its processes, as a power cut would."""
        one = self._running.pop(name)
        parent = psutil.Process(one.pid)
        _end([parent, *parent.children(recursive=True)])
        one.wait()

    def wait_until_ready(self, address: str) -> None:
        """Until this web machine answers."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"http://{address}:{self.port}/readyz").status_code == 200:
                    return
            assert self._running[address].process.is_alive(), self.said()
            assert time.monotonic() < deadline, self.said()
            threading.Event().wait(0.1)

    def environment(self) -> dict[str, str]:
        """What every process of the site finds."""
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith("AORABOOKS_")},
            "AORABOOKS_VAR": str(self.folder / "shared"),
            "AORABOOKS_DATABASE_URL": self.servers["first"].url(CONTROL),
            "AORABOOKS_REDIS_URL": self.redis.url,
            "AORABOOKS_SECRET_KEY": self._secret,
            "AORABOOKS_ADDON_PATH": str(self.addons),
            "AORABOOKS_PORT": str(self.port),
        }

    def said(self) -> str:
        """The end of what each process logged."""
        return "\n".join(
            f"== {name}\n{Path(self._log(name)).read_text()[-1500:]}" for name in self._running
        )

    def _log(self, name: str) -> str:
        return str(self.folder / f"{name}.log")


def _end(victims: Sequence[psutil.Process]) -> None:
    for process in victims:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(victims, timeout=PATIENCE)
