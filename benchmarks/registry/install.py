"""Installing a small addon into a running deployment while people work in it.

`install_s` is the time from the command to its end, when every process runs the addon, beside the
time that a restart of the web processes would take, in which nobody could work. The requests that
failed meanwhile are counted, on connections that are kept and on new ones for each request. The
processor time of the command, with the check of the addon, says more where others use the machine.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from addon_registry import keys
from addon_registry.deployment import layout
from addon_registry.package.building import build
from addon_registry.package.signing import sign
from addon_registry.repository.founding import Days, found
from addon_registry.repository.publishers import add_publisher
from addon_registry.repository.publishing import publish
from addon_registry.repository.signing_keys import read_folders
from addon_registry.repository.trust import trust
from benchmarks.cpu import children_seconds
from benchmarks.figure import Figure, against, progress
from benchmarks.stage import Stage, free_port, http_server, product_environment, stage
from tenants.authoring.creating import create_addon
from tenants.deployment.installer import shipped

NAMES: Final = ("install_s", "install_failed_requests")
ADDON: Final = "notes"
CLIENTS: Final = 4
REQUESTS_PER_SECOND: Final = 10.0
"""Of each client: what forty people ask for who work without a pause."""


@dataclass
class People:
    """Clients at work, and what they were answered."""

    port: int
    host: str
    stop: threading.Event = field(default_factory=threading.Event)
    answered: int = 0
    failures: list[str] = field(default_factory=list)

    def work(self, keep_alive: bool) -> None:
        """Ask for a page at a steady pace."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not self.stop.wait(1 / REQUESTS_PER_SECOND):
            try:
                connection.request("GET", "/login", headers={"Host": self.host})
                answer = connection.getresponse()
                answer.read()
                failure = "" if answer.status == 200 else str(answer.status)
            except (OSError, http.client.HTTPException) as error:
                failure = type(error).__name__
                connection.close()
            if failure:
                self.failures.append(failure)
            else:
                self.answered += 1
            if not keep_alive:
                connection.close()
        connection.close()


def measure() -> Iterator[Figure]:
    """Both figures."""
    with tempfile.TemporaryDirectory() as work, stage() as standing:
        _registry(Path(work), standing)
        port = free_port()
        environment = {
            **product_environment(standing.config, port, budget=40),
            "AORABOOKS_WEB_PROCESSES": "2",
        }
        tenant = standing.tenant("busy", addons=())
        progress("Starting the web processes")
        began = time.perf_counter()
        with http_server(["tenants.cli", "serve"], environment, port):
            restart = time.perf_counter() - began
            with _working(port, f"{tenant.slug}.{standing.config.base_domain}") as people:
                progress("Installing an addon")
                spent = children_seconds()
                seconds = _install(environment)
                spent = children_seconds() - spent
            note = f"{people.answered} requests meanwhile"
            cpu = f"{note}; CPU of the command and its check: {spent:.1f} s"
            yield against("install_s", seconds, "s", restart, cpu)
            why = ", ".join(sorted(set(people.failures)))
            yield Figure("install_failed_requests", len(people.failures), "", note=why or note)


def _registry(work: Path, standing: Stage) -> None:
    """A registry with one small addon, which the deployment trusts."""
    founded = found(work / "registry", work / "keys", root_keys=1, threshold=1, days=Days())
    at_hand = read_folders([work / "keys"])
    key = keys.generate()
    add_publisher(work / "registry", "Somebody", key.public_key(), ["*"], at_hand=at_hand)
    wheel = build(create_addon(ADDON, work), work / "dist").path
    sign(wheel, key)
    publish(work / "registry", wheel, at_hand=at_hand, platform=dict.fromkeys(shipped(), ""))
    place = layout.of(standing.config.var)
    trust(place.trust, str(work / "registry"), fingerprint=founded.fingerprint)


def _install(environment: dict[str, str]) -> float:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "tenants.cli", "addon", "install", ADDON, "--json"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return time.perf_counter() - began


@contextmanager
def _working(port: int, host: str) -> Iterator[People]:
    people = People(port, host)
    workers = [
        threading.Thread(target=people.work, args=(number % 2 == 0,)) for number in range(CLIENTS)
    ]
    for worker in workers:
        worker.start()
    try:
        yield people
    finally:
        people.stop.set()
        for worker in workers:
            worker.join()
