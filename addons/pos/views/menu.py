"""The menu entries of the point of sale."""

from __future__ import annotations

from typing import Final

from core.api import MenuItem

MENU: Final[tuple[MenuItem, ...]] = ()
