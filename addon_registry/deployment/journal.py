"""What is being done to the deployment, so that a killed step is finished or undone.

fetching    nothing runs differently yet: what was unpacked is removed again
activated   the active set has been replaced: a set that was still being checked goes back,
            one that was accepted stays, and the processes do the rest
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Literal

from addon_registry.deployment import active, history, progress, store
from addon_registry.deployment.files import read_json, remove, write_json
from addon_registry.deployment.layout import Layout

Phase = Literal["fetching", "activated"]
KILLED = "the installation was interrupted; what it had begun was undone"
INTERRUPTED = "the step was interrupted before the addons had been checked"


@dataclass(frozen=True, slots=True)
class Step:
    """A step under way: its id, what it does in words, and how far it is."""

    id: str
    does: str
    by: str
    phase: Phase = "fetching"


def read(layout: Layout) -> Step | None:
    """The step under way, or one that was killed."""
    data = read_json(layout.journal)
    return None if data is None else Step(**data)


def begin(layout: Layout, step: Step) -> None:
    """Write down what is about to be done."""
    write_json(layout.journal, asdict(step))


def note_activated(layout: Layout, step: Step) -> None:
    """Write down that the active set has been replaced."""
    write_json(layout.journal, asdict(replace(step, phase="activated")))


def end(layout: Layout) -> None:
    """The step is over; what nothing refers to any more is removed."""
    store.discard_unused(layout)
    remove(layout.journal)


def recover(layout: Layout) -> Step | None:
    """Finish or undo what a killed installer left; returns its step, None if all is well.

    Repeatable, and itself safe to be killed. The caller holds the lock.
    """
    step, now = read(layout), active.read(layout)
    if now.state == "checking":
        active.replace_by(layout, active.returned(now, INTERRUPTED), after=now.generation)
    if step is not None:
        stays = step.phase == "activated" and now.state in ("new", "proved")
        result, why = ("done", "") if stays else ("failed", KILLED)
        history.append(layout, history.entry(step.id, step.by, step.does, result, why))
        progress.tell(layout, progress.Progress(step.id, step.does, ended=True, failure=why))
        end(layout)
    return step
