"""Lists, forms, pages and calls of the point of sale."""

from __future__ import annotations

from typing import Final

from addons.pos.views.app import APP_ROUTES
from addons.pos.views.devices import ROUTES as DEVICE_ROUTES
from addons.pos.views.menu import MENU
from addons.pos.views.sync import ROUTES as SYNC_ROUTES
from core.api import Resource, Route

RESOURCES: Final[tuple[Resource, ...]] = ()
PAGES: Final[tuple[Route, ...]] = (
    *APP_ROUTES,
    *DEVICE_ROUTES,
    *SYNC_ROUTES,
)

__all__ = ["MENU", "PAGES", "RESOURCES"]
