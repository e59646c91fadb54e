"""The menu entries of the point of sale."""

from __future__ import annotations

from typing import Final

from addons.pos.permissions import REPAIR, SET_UP, VIEW_SALES, VIEW_SESSIONS
from core.api import ANALYSIS_GROUP, SETUP_GROUP, MenuItem, msg

_SECTION: Final = msg("Point of sale")
_ENTRIES: Final = (
    (msg("Tills today"), "/pos/tills", VIEW_SESSIONS, "shop"),
    (msg("Till receipts"), "/pos/sales", VIEW_SALES, "receipt"),
    (msg("Till sessions"), "/pos/sessions", VIEW_SESSIONS, "calendar2-check"),
    (msg("Cash in and out"), "/pos/cash-moves", VIEW_SESSIONS, "cash-stack"),
    (msg("Till log"), "/pos/log", VIEW_SESSIONS, "journal-text"),
    (msg("Repairs of tills"), "/pos/repairs", REPAIR, "tools"),
    (msg("Counts of tills"), "/pos/counts", VIEW_SESSIONS, "calculator"),
)
_ANALYSIS: Final = ((msg("What the tills sold"), "/pos/sale-lines", VIEW_SALES, "bar-chart"),)
_SET_UP: Final = (
    (msg("Tills"), "/pos/registers", VIEW_SESSIONS, "display"),
    (msg("Devices"), "/pos/devices", VIEW_SESSIONS, "tablet"),
    (msg("Cashiers"), "/pos/cashiers", SET_UP, "person-badge"),
    (msg("Ways to pay"), "/pos/methods", SET_UP, "credit-card-2-front"),
)
MENU: Final[tuple[MenuItem, ...]] = tuple(
    MenuItem(title, url, permission, _SECTION, icon, start + 10 * place, group)
    for start, group, entries in (
        (10, "", _ENTRIES),
        (300, ANALYSIS_GROUP, _ANALYSIS),
        (500, SETUP_GROUP, _SET_UP),
    )
    for place, (title, url, permission, icon) in enumerate(entries)
)
