"""How long it takes until an addon that was switched on or off is there, or gone, in every process.

Two servers of the product answer beside the process that switches. Each is asked for a page of the
addon again and again; what counts is the last of them to know.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from benchmarks.figure import Figure, progress
from benchmarks.stage import Stage, free_port, http_server, product_environment, stage
from core.addons.lifecycle import disable, enable

NAMES: Final = ("toggle_s",)
PROCESSES: Final = 2
ROUNDS: Final = 10
ADDON: Final = "contacts"
PAGE: Final = "/contacts/contacts"
_PATIENCE: Final = 60.0
_HERE: Final = (200, 303)
_GONE: Final = (404,)


def measure() -> Iterator[Figure]:
    """`toggle_s`: the slowest of all switches, in seconds."""
    with stage() as running, ExitStack() as stack:
        tenant = running.tenant("acme", ())
        ports = [_serve(running, stack) for _ in range(PROCESSES)]
        host = f"{tenant.slug}.localhost"
        for port in ports:
            _wait_until(port, host, here=False)
        progress(f"Switching {ADDON} on and off, beside {PROCESSES} servers")

        def switch(*, on: bool) -> float:
            (enable if on else disable)(running.kernel, tenant, ADDON)
            began = time.perf_counter()
            for port in ports:
                _wait_until(port, host, here=on)
            return time.perf_counter() - began

        # The first time, each server compiles the pages that it has never shown.
        switch(on=True)
        switch(on=False)
        slowest = max(switch(on=number % 2 == 0) for number in range(ROUNDS))
    note = f"the slowest of {ROUNDS} switches until all of {PROCESSES} servers know; limit: 1 s"
    yield Figure(NAMES[0], slowest, "s", note=note)


def _serve(running: Stage, stack: ExitStack) -> int:
    port = free_port()
    environment = product_environment(running.config, port, 8)
    command = ["tenants.cli", "serve", "--processes", "1"]
    stack.enter_context(http_server(command, environment, port))
    return port


def _wait_until(port: int, host: str, *, here: bool) -> None:
    deadline = time.monotonic() + _PATIENCE
    while _status(port, host) not in (_HERE if here else _GONE):
        if time.monotonic() > deadline:
            raise RuntimeError(f"the server at port {port} did not hear of the switch")


def _status(port: int, host: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", PAGE, headers={"Host": host})
        return connection.getresponse().status
    except OSError:
        return 0  # it is still starting
    finally:
        connection.close()
