"""Killed at any moment, or with a disk that fills up at any byte, an installation leaves what ran
before or what was wanted, whole and verified; and the next installation succeeds.

Each attempt runs in a child process that dies of its own hand at the n-th thing that it does to a
file of the deployment, for every n.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from addon_registry.deployment import active, journal, lock
from addon_registry.deployment import layout as layouts
from core.errors import Unavailable
from tests.addon_registry.dying import in_a_child, killed_everywhere
from tests.addon_registry.installing import Deployment
from tests.addon_registry.keeper import keep

EACH = 8
"""Of so many deaths one is followed by another attempt."""
OLD, NEW = {"notes": "1.0", "extra": "1.0"}, {"notes": "2.0", "extra": "1.0"}


@pytest.fixture
def empty(tmp_path: Path) -> Deployment:
    made = Deployment(layouts.of(tmp_path / "var"), keep(tmp_path))
    made.layout.root.mkdir(parents=True)
    return made


@pytest.fixture
def deployment(empty: Deployment) -> Deployment:
    empty.take(empty.package("notes", "1.0"), empty.package("extra", "1.0"))
    return empty


def test_a_first_installation_killed_at_every_step_leaves_nothing_or_all_of_it(
    empty: Deployment,
) -> None:
    first = empty.package("notes", "1.0")
    between_two(empty, lambda here: here.take(first), {}, {"notes": "1.0"})


def test_an_upgrade_killed_at_every_step_leaves_one_of_two_sets(deployment: Deployment) -> None:
    upgrade = deployment.package("notes", "2.0")
    between_two(deployment, lambda here: here.take(upgrade), OLD, NEW)


def test_a_rollback_killed_at_every_step_leaves_one_of_two_sets(deployment: Deployment) -> None:
    deployment.take(deployment.package("notes", "2.0"))
    before = active.read(deployment.layout).previous
    between_two(deployment, lambda here: here.take(to=before), NEW, OLD)


def test_a_removal_killed_at_every_step_leaves_one_of_two_sets(deployment: Deployment) -> None:
    kept = {"extra": active.read(deployment.layout).addons["extra"]}
    between_two(deployment, lambda here: here.take(to=kept), OLD, {"extra": "1.0"})


@pytest.mark.parametrize("kilobytes", [0, 1, 2, 3])
def test_a_disk_that_fills_up_leaves_what_ran(deployment: Deployment, kilobytes: int) -> None:
    upgrade = deployment.package("notes", "2.0", privacy="x" * 4000)

    def full() -> None:
        limit = kilobytes * 1024
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        try:
            deployment.take(upgrade)
        except (Unavailable, OSError):
            os._exit(7)

    assert os.waitstatus_to_exitcode(in_a_child(full)) == 7
    recover(deployment)
    assert deployment.runs() == OLD
    deployment.take(upgrade)
    assert deployment.runs() == NEW


def between_two(
    deployment: Deployment,
    step: Callable[[Deployment], object],
    before: dict[str, str],
    after: dict[str, str],
) -> None:
    """Whenever the step is killed, somebody who clears up finds one of two sets, and the journal of
    what it had begun is gone; before the one moment it is the first, then the second."""
    found = []
    var = deployment.layout.root.parent
    for died in killed_everywhere(var, lambda folder: step(at(deployment, folder))):
        here = at(deployment, died)
        recover(here)
        found.append(here.runs())
        assert not here.layout.journal.exists()
        assert not list(here.layout.store.glob("*/.*")), "half a version was left behind"
        if len(found) % EACH == 0:
            step(here)
            assert here.runs() == after, "the next attempt succeeds"
    taken_over = found.index(after)
    assert found == [before] * taken_over + [after] * (len(found) - taken_over)
    assert 5 < taken_over < len(found) - 1, "it was killed on both sides of that moment"


def at(deployment: Deployment, var: Path) -> Deployment:
    return replace(deployment, layout=layouts.of(var))


def recover(deployment: Deployment) -> None:
    with lock.locked(deployment.layout):
        journal.recover(deployment.layout)
