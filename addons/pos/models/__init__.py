"""The tables of the point of sale."""

from __future__ import annotations

from typing import Final

MODELS: Final[tuple[type, ...]] = ()
