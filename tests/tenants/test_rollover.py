"""The parent of all follows the active set: it starts a generation beside the one that serves,
leads people to it when it is ready, and goes back when it does not start or dies too often.

Generations here are only said to run; `tests/chaos` does the same with real ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from addon_registry.deployment import active, history
from addon_registry.deployment import layout as layouts
from addon_registry.deployment.active import Installed
from addon_registry.deployment.layout import Layout
from tenants.processes import rollover as module
from tenants.processes.line import line
from tenants.processes.rollover import CannotStart, Rollover
from tenants.processes.started import DEATHS, Duties, Started
from tests.addon_registry.dying import killed_everywhere

NOTES = {"notes": Installed("notes", "1.0", "a" * 64, "b" * 64, "Corkwood")}


@dataclass
class Process:
    """Something that could be a process."""

    returncode: int | None = None

    def poll(self) -> int | None:
        return self.returncode

    def send_signal(self, _: int) -> None:
        self.returncode = 0

    kill = send_signal


@dataclass
class Stage:
    """A parent whose generations are started by being written down."""

    layout: Layout
    rollover: Rollover
    started: list[Started] = field(default_factory=list)

    def look(self, times: int = 3) -> None:
        for _ in range(times):
            self.rollover.look()

    def loaded(self, **refused: str) -> None:
        """The newest generation has loaded, and left these out."""
        self.started[-1].loaded, self.started[-1].refused = True, refused
        self.look()

    def want(self, state: active.State = "new") -> int:
        """A set with an addon is active from now on."""
        now = active.read(self.layout)
        wanted = active.successor(now, NOTES, step="step", state=state)
        assert active.replace_by(self.layout, wanted, after=now.generation)
        self.look()
        return wanted.generation

    @property
    def serves(self) -> Started | None:
        return self.rollover.serving


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = begun(layouts.of(tmp_path), monkeypatch)
    yield made
    made.rollover.stop(1.0)


def begun(place: Layout, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A parent that has just begun."""
    made = Stage(place, Rollover(place, Duties(web=0, works=True), proving_seconds=0.0))

    def start(number: int, addons: active.Addons, *_: object, **__: object) -> Started:
        ours, theirs = line()
        theirs.close()
        made.started.append(Started(number, addons, Process(), ours, []))  # type: ignore[arg-type]
        return made.started[-1]

    monkeypatch.setattr(module, "start", start)
    made.look()
    return made


def test_the_next_generation_serves_once_it_is_ready(stage: Stage) -> None:
    stage.loaded()
    first = stage.serves
    number = stage.want()
    assert stage.serves is first, "the old one goes on until the new one is ready"
    stage.loaded()
    assert stage.serves is stage.started[1]
    assert stage.started[1].number == number
    assert first in stage.rollover.leaving
    stage.look()
    assert active.read(stage.layout).state == "proved"


def test_what_is_still_being_checked_is_made_ready_and_not_used(stage: Stage) -> None:
    stage.loaded()
    first = stage.serves
    number = stage.want("checking")
    stage.loaded()
    assert stage.serves is first
    now = active.read(stage.layout)
    active.replace_by(stage.layout, active.accepted(now), after=number)
    stage.look()
    assert stage.serves is stage.started[1]


def test_where_nobody_serves_whatever_is_ready_first_does(stage: Stage) -> None:
    number = stage.want("checking")
    assert len(stage.started) == 1, "the one that was starting goes on"
    stage.loaded()
    assert stage.serves is stage.started[0]
    stage.loaded()
    assert stage.serves is stage.started[0], "and now there is time to check"

    stage.started[0].process.returncode = -9
    stage.look()
    assert stage.serves is stage.started[1]
    assert stage.started[1].number == number


def test_an_addon_that_cannot_be_loaded_leads_back(stage: Stage) -> None:
    stage.loaded()
    first = stage.serves
    stage.want()
    stage.loaded(notes="ImportError: no such thing")
    now = active.read(stage.layout)
    assert (now.state, dict(now.addons)) == ("returned", {})
    assert "no such thing" in now.failure
    assert stage.serves is first, "who has these very addons goes on"
    assert len(stage.started) == 2
    (entry,) = history.read(stage.layout)
    assert (entry.step, entry.result) == ("step", "returned")


def test_addons_that_were_left_out_before_are_no_reason_to_go_back(stage: Stage) -> None:
    stage.loaded(broken="its tables are missing")
    stage.want()
    stage.loaded(broken="its tables are missing")
    assert stage.serves is stage.started[1]


def test_an_addon_that_no_longer_loads_beside_the_new_one_leads_back(stage: Stage) -> None:
    stage.loaded()
    stage.want()
    stage.loaded()
    now = active.read(stage.layout)
    extra = {**NOTES, "extra": Installed("extra", "1.0", "c" * 64, "b" * 64, "Corkwood")}
    active.replace_by(
        stage.layout, active.successor(now, extra, step="second", state="new"), after=now.generation
    )
    stage.look()
    stage.loaded(notes="ImportError: it was taken away")
    now = active.read(stage.layout)
    assert (now.state, dict(now.addons)) == ("returned", NOTES)
    assert "it was taken away" in now.failure


def test_a_generation_that_dies_again_and_again_leads_back(stage: Stage) -> None:
    stage.rollover.proving_seconds = 60.0
    stage.loaded()
    stage.want()
    stage.loaded()
    stage.started[1].deaths = DEATHS
    stage.started[1].last_death = "web 1 ended with status -11"
    stage.look()
    now = active.read(stage.layout)
    assert now.state == "returned"
    assert "web 1 ended with status -11" in now.failure
    stage.loaded()
    assert stage.serves is stage.started[2]
    assert dict(stage.started[2].addons) == {}


def test_one_whose_own_process_was_killed_is_started_again(stage: Stage) -> None:
    stage.loaded()
    stage.started[0].process.returncode = -9
    stage.look()
    assert stage.serves is None
    stage.loaded()
    assert stage.serves is stage.started[1]


def test_a_full_disk_keeps_nobody_from_serving(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.loaded()
    first = stage.serves
    stage.want()

    def full(*_: object, **__: object) -> bool:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module.active, "replace_by", full)
        stage.loaded(notes="ImportError: no such thing")
        assert stage.serves is first
        assert active.read(stage.layout).state == "new"
    stage.rollover._not_before = 0.0
    stage.look()
    stage.loaded(notes="ImportError: no such thing")
    assert active.read(stage.layout).state == "returned"


def test_an_unreadable_active_set_changes_nothing(stage: Stage) -> None:
    stage.loaded()
    first = stage.serves
    stage.layout.active.write_text("{half")
    stage.look()
    assert stage.serves is first
    assert len(stage.started) == 1


def test_the_very_first_that_cannot_start_says_so(stage: Stage) -> None:
    stage.started[0].failed = "PostgreSQL cannot be reached. Check AORABOOKS_DATABASE_URL."
    with pytest.raises(CannotStart, match="AORABOOKS_DATABASE_URL"):
        stage.look()


@pytest.mark.parametrize("refused", [{}, {"notes": "ImportError: no such thing"}])
def test_a_parent_killed_at_every_step_is_followed_by_one_that_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: dict[str, str]
) -> None:
    place = layouts.of(tmp_path / "var")
    wanted = active.successor(active.read(place), NOTES, step="step", state="new")
    assert active.replace_by(place, wanted, after=0)

    def serve(var: Path) -> Stage:
        """Start what is active, be told `refused` of it, and look on until nothing is due."""
        stage = begun(layouts.of(var), monkeypatch)
        stage.loaded(**refused)
        stage.loaded()
        return stage

    deaths = 0
    for died in killed_everywhere(tmp_path / "var", serve):
        deaths += 1
        after = serve(died)
        now = active.read(after.layout)
        assert now.state == ("returned" if refused else "proved")
        assert dict(now.addons) == ({} if refused else NOTES)
        assert after.serves is not None
        assert after.serves.number == now.generation
        after.rollover.stop(1.0)
    assert deaths > 10
