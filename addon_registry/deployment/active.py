"""The active set: which version of which installed addon runs in this deployment.

It is one file that is replaced at once. Each replacement is a generation, counted up and never
down: processes that see a higher one start anew with it. As long as it has not proved itself the
set before it is kept at hand, and `returned` goes back to that as a generation of its own.
"""

from __future__ import annotations

import fcntl
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Literal

from addon_registry.deployment.files import read_json, write_json
from addon_registry.deployment.layout import Layout
from core.clock import utc_now

FORMAT: Final = 1

State = Literal["checking", "new", "proved", "returned"]
"""`checking` while the addons are tried out: processes are made ready and not used yet. `new` until
these have run for a while without dying. `returned` where the set after it failed and this is the
one before."""


@dataclass(frozen=True, slots=True)
class Installed:
    """One version of an addon, by the digest of the wheel that it came in."""

    name: str
    version: str
    sha256: str
    key_id: str
    publisher: str

    def is_same_as(self, other: Installed | None) -> bool:
        """Whether the other is the very same build."""
        return other is not None and self.sha256 == other.sha256


Addons = Mapping[str, Installed]


@dataclass(frozen=True, slots=True)
class ActiveSet:
    """What runs, and how it came about; `previous` is what ran before this generation.

    `failure` says, of a set that was returned to, why the one after it did not stay.
    """

    generation: int = 0
    addons: Addons = field(default_factory=dict)
    previous: Addons = field(default_factory=dict)
    step: str = ""
    state: State = "proved"
    at: str = ""
    failure: str = ""

    @property
    def on_trial(self) -> bool:
        """Whether the set before returns if something goes wrong."""
        return self.state in ("checking", "new")

    @property
    def can_go_back(self) -> bool:
        """Whether there is a set before this one that ran here: one that was taken back did not."""
        return self.state != "returned" and bool(self.changed())

    def changed(self) -> frozenset[str]:
        """Names whose version differs from the one before."""
        return frozenset(
            name
            for name in self.addons.keys() | self.previous.keys()
            if self.addons.get(name) != self.previous.get(name)
        )


def read(layout: Layout) -> ActiveSet:
    """The set of this deployment; an empty one where nothing was ever installed.

    Raises ValueError when the file is not one of ours.
    """
    data = read_json(layout.active)
    if data is None:
        return ActiveSet()
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f"{layout.active} was not written by this version of Aorabooks")
    return ActiveSet(
        generation=int(data["generation"]),
        addons=_addons(data["addons"]),
        previous=_addons(data["previous"]),
        step=data["step"],
        state=data["state"],
        at=data["at"],
        failure=data["failure"],
    )


def replace_by(layout: Layout, active: ActiveSet, *, after: int) -> bool:
    """Replace generation `after` by this set; False, and nothing done, if another came meanwhile.

    Raises OSError when it cannot be written, and then nothing has changed either.
    """
    layout.root.mkdir(parents=True, exist_ok=True)
    with (layout.root / "active.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if read(layout).generation != after:
            return False
        _write(layout, active)
        return True


def _write(layout: Layout, active: ActiveSet) -> None:
    write_json(
        layout.active,
        {
            **asdict(active),
            "format": FORMAT,
            "addons": {name: asdict(each) for name, each in active.addons.items()},
            "previous": {name: asdict(each) for name, each in active.previous.items()},
        },
    )


def successor(
    active: ActiveSet, addons: Addons, *, step: str, state: State = "checking"
) -> ActiveSet:
    """The next generation, with these addons."""
    return ActiveSet(
        generation=active.generation + 1,
        addons=dict(addons),
        previous=active.addons,
        step=step,
        state=state,
        at=_now(),
    )


def accepted(active: ActiveSet) -> ActiveSet:
    """The same generation, which passed its checks and may serve."""
    return replace(active, state="new")


def proved(active: ActiveSet) -> ActiveSet:
    """The same generation, which may stay; what ran before stays known, to go back by hand."""
    return replace(active, state="proved")


def returned(active: ActiveSet, failure: str) -> ActiveSet:
    """The set before this one, as a generation of its own."""
    return ActiveSet(
        generation=active.generation + 1,
        addons=active.previous,
        previous=active.addons,
        step=active.step,
        state="returned",
        at=_now(),
        failure=failure,
    )


def _addons(data: Mapping[str, Any]) -> dict[str, Installed]:
    return {name: Installed(**each) for name, each in data.items()}


def _now() -> str:
    return utc_now().isoformat(timespec="seconds")
