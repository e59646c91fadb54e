"""What benchmarks run on: a server of their own on the real disk, a kernel, tenants, HTTP servers.

fsync stays on: a figure without it would be a figure of another product.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from benchmarks.figure import progress
from core import log
from core.allowance import Allowance
from core.config import Config
from core.db import embedded
from core.kernel import Kernel
from core.tenancy.tenant import DatabaseAddress, Tenant
from tenants.composition import running_kernel
from tenants.processes.settling import settle
from tenants.provisioning.create import create_tenant
from tenants.wishes import NewOrganization

MAX_CONNECTIONS = 300
START_SECONDS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A running server and a kernel on it. `config` starts further kernels or processes."""

    config: Config
    kernel: Kernel
    server: embedded.Embedded

    def tenant(self, slug: str, addons: tuple[str, ...] | None = None) -> Tenant:
        """A fresh tenant, with all shipped addons unless told otherwise."""
        return create_tenant(self.kernel, NewOrganization(slug=slug, addons=addons))

    def admin(self) -> psycopg.Connection:
        """The server's administrator, in autocommit."""
        return psycopg.connect(self.server.url(), autocommit=True)


@contextmanager
def stage(**config: int) -> Iterator[Stage]:
    """A stage in a temporary folder, gone at the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="aorabooks-bench-"))
    folder.chmod(0o755)  # as root, the server runs as an account of its own
    progress("Starting a PostgreSQL server of its own")
    server = embedded.start(folder / "postgres", settings={"max_connections": str(MAX_CONNECTIONS)})
    unbounded = Allowance(requests_per_second=0)
    settings = Config(var=folder, database_url=server.url("aorabooks"), allowance=unbounded)
    settings = replace(settings, checkout_timeout=30.0, **config)
    try:
        with Path(os.devnull).open("w") as nowhere, running_kernel(settings) as kernel:
            log.configure(stream=nowhere)  # written as the product writes it
            settle()
            yield Stage(settings, kernel, server)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def http_server(command: list[str], environment: Mapping[str, str], port: int) -> Iterator[int]:
    """A server process from its first answer to the end of the block; gives its process id."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    complaints: list[bytes] = []
    reader = threading.Thread(target=_collect, args=(process, complaints), daemon=True)
    reader.start()
    try:
        _wait_for(process, port, complaints)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def product_environment(config: Config, port: int, budget: int) -> dict[str, str]:
    """The environment of `aorabooks serve` on this stage."""
    return {
        "AORABOOKS_VAR": str(config.var),
        "AORABOOKS_DATABASE_URL": config.database_url or "",
        "AORABOOKS_PORT": str(port),
        "AORABOOKS_DB_CONNECTIONS": str(budget),
        # One company gets all there is, to see how much that is.
        "AORABOOKS_LIMIT_REQUESTS_PER_SECOND": "0",
    }


def free_port() -> int:
    """A port below the range that outgoing connections take theirs from."""
    for port in range(18000, 19000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port between 18000 and 19000")


def conninfo(address: DatabaseAddress) -> str:
    """The address as libpq's connection string, for a peer's environment."""
    return make_conninfo("", **address.conninfo())


def _collect(process: subprocess.Popen[bytes], complaints: list[bytes]) -> None:
    if process.stderr is not None:
        for line in process.stderr:
            complaints.append(line)
            del complaints[:-40]


def _wait_for(process: subprocess.Popen[bytes], port: int, complaints: list[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
            continue
        return
    raise RuntimeError(
        "the server did not start:\n" + b"".join(complaints).decode(errors="replace")
    )
