"""Addons are installed into a running platform while people work: no request is dropped, a version
that does not start is gone again by itself, and an installer that is killed leaves what ran.
"""

from __future__ import annotations

import contextlib
import http.client
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from addon_registry.deployment import active, layout, progress, standing
from addon_registry.deployment.active import ActiveSet
from addon_registry.package.building import build
from addon_registry.package.signing import sign
from addon_registry.repository.publishing import publish
from addon_registry.repository.trust import trust
from tenants.testing.cluster import scratch_folder
from tests.addon_registry.keeper import PLATFORM, Keeper, keep
from tests.addon_registry.package_index import PackageIndex, package_index
from tests.machine import ROOT, Machine, free_port
from tests.terminal import Terminal
from tests.waiting import PATIENCE, wait_until

BOARD = ROOT / "tests" / "addon_registry" / "strangers" / "notice_board"
BREATH = 0.1
"""Seconds between one client's requests: the machine is for what is tried, and not for asking."""
NEEDS_GLUE = """
from gluepot import HOLDS

assert HOLDS == "paper"
"""
BREAKS_HERE = """
import sys

if "tenants.processes.generation" in sys.orig_argv:
    raise RuntimeError("not on this machine")
"""


@dataclass
class People:
    """Clients at work: some keep their connection, some come anew for each request."""

    machine: Machine
    stop: threading.Event = field(default_factory=threading.Event)
    answered: int = 0
    failures: list[str] = field(default_factory=list)

    def work(self, slug: str, keep_alive: bool) -> None:
        connection = self._connect()
        headers = {"Host": f"{slug}.localhost:{self.machine.port}"}
        while not self.stop.wait(BREATH):
            try:
                connection.request("GET", "/login", headers=headers)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    self.failures.append(f"{slug}: {answer.status}")
                self.answered += 1
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(f"{slug}: {error!r}")
                connection.close()
            if not keep_alive:
                connection.close()
                connection = self._connect()
        connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.machine.port, timeout=PATIENCE)


@pytest.fixture
def machine() -> Iterator[Machine]:
    with scratch_folder() as folder:
        yield Machine(folder, free_port())


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    """The index that this machine's pip and uv ask."""
    with package_index(tmp_path / "index") as index:
        for name, value in index.settings(tmp_path / "cache").items():
            monkeypatch.setenv(name, value)
        yield index


@pytest.mark.chaos
def test_addons_come_while_people_work_and_bad_ones_go_by_themselves(
    machine: Machine, tmp_path: Path, index: PackageIndex
) -> None:
    keeper = keep(tmp_path)
    glue = index.offer("gluepot", "1.0", 'HOLDS = "paper"\n')
    for version, breaks in (("1.0", ""), ("1.1", BREAKS_HERE), ("1.2", "")):
        release(keeper, version, glue, f"{NEEDS_GLUE}{breaks}")
    trust(deployment(machine).trust, str(keeper.folder), fingerprint=keeper.founded.fingerprint)
    aorabooks = Terminal(machine, ROOT)
    with machine.up_anew():
        assert machine.get("demo", "/login").status_code == 200
        with working(machine) as people:
            kill_while_checking(machine, "notice_board==1.0")
            assert active_set(machine).addons == {}
            aorabooks(
                ("addon", "install", "notice_board==1.0"),
                ("addon", "enable", "notice_board", "--tenant", "demo"),
            )
            # Each process knows within a second what a company has.
            until(machine, lambda: machine.get("demo", "/notice_board/notices").status_code == 303)
            until(machine, lambda: len(started(machine)) == 1)
            serving = started(machine)

            refused = aorabooks.run("addon", "install", "notice_board==1.1", "--json")
            assert refused.status == 1
            assert "not on this machine" in refused.err
            assert active_set(machine).addons["notice_board"].version == "1.0"

            killed = kill_while_checking(machine, "notice_board==1.2")
            now = active_set(machine)
            assert (now.state, now.addons["notice_board"].version) == ("returned", "1.0")
            assert now.step == killed
            assert machine.get("demo", "/notice_board/notices").status_code == 303
        assert people.failures == []
        assert people.answered > 100
        assert serving <= started(machine), "who had these addons went on"


def release(keeper: Keeper, version: str, locked: str, further: str) -> None:
    """The notice board in another version, with Python packages of others, and further code."""
    source = keeper.work / "boards" / version / "notice_board"
    shutil.copytree(BOARD, source)
    toml = source / "addon.toml"
    toml.write_text(toml.read_text().replace('version = "1.0.0"', f'version = "{version}"'))
    with (source / "plugin.py").open("a") as plugin:
        plugin.write(further)
    (source / "requirements.txt").write_text(locked)
    wheel = build(source, keeper.work / "dist").path
    sign(wheel, keeper.publisher_key)
    publish(keeper.folder, wheel, at_hand=keeper.at_hand, platform=PLATFORM)


@contextlib.contextmanager
def working(machine: Machine) -> Iterator[People]:
    """Four clients at work for as long as the block lasts."""
    people = People(machine)
    threads = [
        threading.Thread(target=people.work, args=(slug, keep_alive))
        for slug in ("demo", "second")
        for keep_alive in (True, False)
    ]
    for thread in threads:
        thread.start()
    try:
        yield people
    finally:
        people.stop.set()
        for thread in threads:
            thread.join(PATIENCE)


def kill_while_checking(machine: Machine, wanted: str) -> str:
    """kill -9 of the installer in the middle; returns its step, once somebody has cleared up."""
    place = deployment(machine)
    before = active_set(machine).generation
    installing = Terminal(machine, ROOT).start("addon", "install", wanted, "--json")
    until(machine, lambda: (told := progress.read(place)) and told.said.startswith("Checking"))
    step = progress.read(place)
    assert step is not None
    installer = psutil.Process(installing.pid)
    for process in [*installer.children(), installer]:
        process.kill()
    assert installing.wait().status == -signal.SIGKILL
    until(machine, lambda: active_set(machine).generation == before + 2)
    until(machine, lambda: not place.journal.exists())
    until(machine, lambda: generations(machine) == {before + 2})
    return step.step


def deployment(machine: Machine) -> layout.Layout:
    return layout.of(machine.var)


def active_set(machine: Machine) -> ActiveSet:
    return active.read(deployment(machine))


def generations(machine: Machine) -> set[int | None]:
    return {each.serving for each in standing.everybody(deployment(machine))}


def started(machine: Machine) -> set[int]:
    """The processes that each hold one generation together."""
    (told,) = standing.everybody(deployment(machine))
    return {child.pid for child in psutil.Process(told.pid).children()}


def until(machine: Machine, holds: Callable[[], object]) -> None:
    wait_until(holds, "what follows", said=machine.said)
