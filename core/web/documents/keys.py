"""Keys of records that come as text: from an address, or as the source that a document names."""

from __future__ import annotations

from typing import Any

from core.web.resources.culture import PLAIN
from core.web.resources.kinds import Unreadable
from core.web.resources.shape import Shape


def read_key(shape: Shape, given: Any) -> Any:
    """The key as the resource has it; None if it is of no record that there can be."""
    try:
        return shape.key.key.read(given, PLAIN) if isinstance(given, str) else given
    except Unreadable:
        return None
