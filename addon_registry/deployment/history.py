"""Every step that was taken on this machine, and what came of it; a line each, only ever added to.

It is on the disk and not in a database, since a step is also ended by who has no database at hand:
the parent of all processes, when it goes back to the set before.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import Literal

from addon_registry.deployment.layout import Layout
from core.clock import utc_now

Result = Literal["done", "failed", "returned"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What came of a step. One that was `done` may be `returned` later, by an entry of its own."""

    step: str
    at: str
    by: str
    does: str
    result: Result
    reason: str = ""


def entry(step: str, by: str, does: str, result: Result, reason: str = "") -> Entry:
    """An entry as of now."""
    return Entry(step, utc_now().isoformat(timespec="seconds"), by, does, result, reason)


def append(layout: Layout, added: Entry) -> None:
    """Add a line, unless this step has this result already; raises OSError on a full disk."""
    if any((each.step, each.result) == (added.step, added.result) for each in read(layout)):
        return
    layout.root.mkdir(parents=True, exist_ok=True)
    with layout.history.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(added), ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read(layout: Layout) -> list[Entry]:
    """All entries, the oldest first; half a line, of a machine that lost its power, is no entry."""
    if not layout.history.is_file():
        return []
    found = []
    for line in layout.history.read_text(encoding="utf-8").splitlines():
        try:
            found.append(Entry(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found
