"""Lists, forms, pages and calls of the point of sale."""

from __future__ import annotations

from typing import Final

from addons.pos.views.menu import MENU
from core.api import Resource, Route

RESOURCES: Final[tuple[Resource, ...]] = ()
PAGES: Final[tuple[Route, ...]] = ()

__all__ = ["MENU", "PAGES", "RESOURCES"]
