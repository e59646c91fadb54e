"""What pages ask for is carried out by a command that the parent of all starts, and so is clearing
up after an installer that was killed. What came of it is told where the pages look."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from addon_registry.deployment import active, history, journal, layout, lock, progress, wishes
from addon_registry.deployment.wishes import Wish
from tenants.processes import errands as module
from tenants.processes.errands import Errands
from tests.waiting import wait_until


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> layout.Layout:
    monkeypatch.setenv("AORABOOKS_VAR", str(tmp_path))
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.0)
    made = layout.of(tmp_path)
    made.root.mkdir()
    return made


def until(errands: Errands, holds: Callable[[], object]) -> None:
    def looks() -> object:
        return holds() or errands.look()

    wait_until(looks, "the errand", pause=0.02)


def test_a_wish_that_cannot_be_fulfilled_says_why(place: layout.Layout) -> None:
    wishes.make(place, Wish("step-1", "install", "Ada", "notes", "1.0"))
    errands = Errands(place)
    errands.look()
    told = progress.read(place)
    assert told is not None
    assert (told.step, told.does, told.ended) == ("step-1", "install notes 1.0", False)
    assert wishes.waiting(place) == []

    until(errands, lambda: history.read(place))

    (entry,) = history.read(place)
    assert (entry.by, entry.result) == ("Ada", "failed")
    assert "trusts no registry" in entry.reason
    told = progress.read(place)
    assert told is not None
    assert told.ended
    assert "registry trust" in told.failure, "and what to do"


def test_a_killed_installer_is_cleared_up_after(place: layout.Layout) -> None:
    journal.begin(place, journal.Step("dead", "install notes 1.0", "Ada"))
    errands = Errands(place)
    with lock.locked(place):
        errands.look()
        assert place.journal.exists(), "whoever holds the lock is still at it"
    until(errands, lambda: not place.journal.exists())
    until(errands, lambda: errands.is_idle)
    (entry,) = history.read(place)
    assert (entry.step, entry.result) == ("dead", "failed")
    assert active.read(place).generation == 0
