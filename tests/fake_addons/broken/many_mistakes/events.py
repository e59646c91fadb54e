"""An event that is not frozen and bears another's name."""

from __future__ import annotations

from dataclasses import dataclass

from core.api import Event


@dataclass
class Changeable(Event, name="garden.Changeable"):
    """Could be changed after it was said."""

    id: int
