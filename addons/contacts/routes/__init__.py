"""Pages of contacts that are neither lists nor forms."""

from __future__ import annotations

from typing import Final

from addons.contacts.routes import duplicates, portal
from core.api import Route

ROUTES: Final[tuple[Route, ...]] = (*duplicates.ROUTES, *portal.ROUTES)
