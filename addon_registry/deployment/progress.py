"""What the step under way is at, for whoever looks on."""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass

from addon_registry.deployment.files import read_json, write_json
from addon_registry.deployment.layout import Layout


@dataclass(frozen=True, slots=True)
class Progress:
    """The step, and the last thing it said; `ended` once it is over, `failure` why it failed."""

    step: str
    does: str
    said: str = ""
    ended: bool = False
    failure: str = ""


def tell(layout: Layout, progress: Progress) -> None:
    """Say it; what nobody can read on a full disk is not worth failing for."""
    with contextlib.suppress(OSError):
        write_json(layout.progress, asdict(progress))


def read(layout: Layout) -> Progress | None:
    """What was said last."""
    data = read_json(layout.progress)
    return None if data is None else Progress(**data)
