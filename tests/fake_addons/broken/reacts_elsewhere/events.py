"""An event of its own."""

from __future__ import annotations

from dataclasses import dataclass

from core.api import Event


@dataclass(frozen=True)
class Moved(Event, name="reacts_elsewhere.Moved"):
    """Something moved."""

    id: int
