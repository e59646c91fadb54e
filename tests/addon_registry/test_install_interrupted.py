"""Killed at any moment, or with a disk that fills up at any byte, an installation leaves what ran
before or what was wanted, whole and verified; and the next installation succeeds.

Each attempt runs in a child process that dies of its own hand at the n-th thing that it does to a
file of the deployment, for every n.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from addon_registry.deployment import active, journal, lock
from addon_registry.deployment import layout as layouts
from core.errors import Unavailable
from tests.addon_registry.installing import Deployment
from tests.addon_registry.keeper import keep

TOUCHES = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    made = Deployment(layouts.of(tmp_path / "var"), keep(tmp_path))
    made.take(made.package("notes", "1.0"), made.package("extra", "1.0"))
    return made


def test_an_upgrade_killed_at_every_step_leaves_one_of_two_sets(deployment: Deployment) -> None:
    before, after = {"notes": "1.0", "extra": "1.0"}, {"notes": "2.0", "extra": "1.0"}
    upgrade = deployment.package("notes", "2.0")

    def step() -> None:
        deployment.take(upgrade)

    found = killed_everywhere(deployment, step, back=before)
    assert len(found) > 30, "fewer moments than there are files"
    assert before in found
    assert after in found
    assert all(each in (before, after) for each in found)


def test_a_rollback_killed_at_every_step_leaves_one_of_two_sets(deployment: Deployment) -> None:
    deployment.take(deployment.package("notes", "2.0"))
    older, newer = {"notes": "1.0", "extra": "1.0"}, {"notes": "2.0", "extra": "1.0"}
    versions = {"1.0": active.read(deployment.layout).previous}

    def step() -> None:
        deployment.take(to=versions["1.0"])

    found = killed_everywhere(deployment, step, back=newer)
    assert older in found
    assert newer in found
    assert all(each in (older, newer) for each in found)


@pytest.mark.parametrize("kilobytes", [0, 1, 2, 3])
def test_a_disk_that_fills_up_leaves_what_ran(deployment: Deployment, kilobytes: int) -> None:
    upgrade = deployment.package("notes", "2.0", privacy="x" * 4000)

    def step() -> None:
        try:
            deployment.take(upgrade)
        except (Unavailable, OSError):
            os._exit(7)

    def full() -> None:
        limit = kilobytes * 1024
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        step()

    assert os.waitstatus_to_exitcode(in_a_child(full)) == 7
    recover(deployment)
    assert deployment.runs() == {"notes": "1.0", "extra": "1.0"}
    deployment.take(upgrade)
    assert deployment.runs() == {"notes": "2.0", "extra": "1.0"}


def killed_everywhere(
    deployment: Deployment, step: Callable[[], None], *, back: dict[str, str]
) -> list[dict[str, str]]:
    """What was active after each death, once somebody has cleared up."""
    found, moment = [], 0
    start = active.read(deployment.layout).addons
    while True:
        moment += 1
        status = in_a_child(lambda moment=moment: dying_at(moment, deployment, step))
        recover(deployment)
        found.append(deployment.runs())
        assert not deployment.layout.journal.exists()
        assert not list(deployment.layout.store.glob("*/.*")), "half a version was left behind"
        if os.waitstatus_to_exitcode(status) == 0:
            return found
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
        if found[-1] != back:
            deployment.take(to=start)


def dying_at(moment: int, deployment: Deployment, step: Callable[[], None]) -> None:
    """Take the step, and die just before the n-th touch of a file of the deployment."""
    root, touched = str(deployment.layout.root), [0]

    def look(event: str, arguments: tuple[object, ...]) -> None:
        if event in TOUCHES and str(arguments[0]).startswith(root):
            touched[0] += 1
            if touched[0] == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)
    step()


def in_a_child(work: Callable[[], None]) -> int:
    """Run it in a child; how that ended."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def recover(deployment: Deployment) -> None:
    with lock.locked(deployment.layout):
        journal.recover(deployment.layout)
