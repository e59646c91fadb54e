"""Pages that are neither list nor form."""

from __future__ import annotations

from typing import Final

from addons.purchases.views import comparison, tools
from core.api import Route

ROUTES: Final[tuple[Route, ...]] = (*comparison.ROUTES, *tools.ROUTES)
