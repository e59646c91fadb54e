"""Lists, forms, pages and calls of the point of sale."""

from __future__ import annotations

from typing import Final

from addons.pos.views.app import APP_ROUTES
from addons.pos.views.bindings import DEVICES
from addons.pos.views.cards import CARDS, STEPS
from addons.pos.views.cashiers import CASHIERS
from addons.pos.views.cashiers import ROUTES as CASHIER_ROUTES
from addons.pos.views.dashboard import ROUTES as DASHBOARD_ROUTES
from addons.pos.views.day_end import JOBS as DAY_JOBS
from addons.pos.views.devices import ROUTES as DEVICE_ROUTES
from addons.pos.views.drawer import CASH_MOVES, TILL_LOG
from addons.pos.views.figures import REPORTS
from addons.pos.views.menu import MENU
from addons.pos.views.methods import METHODS
from addons.pos.views.printing import ROUTES as PRINTING_ROUTES
from addons.pos.views.receipts import JOBS as RECEIPT_JOBS
from addons.pos.views.receipts import LINES
from addons.pos.views.receipts import ROUTES as RECEIPT_ROUTES
from addons.pos.views.receipts import SLOTS as RECEIPT_SLOTS
from addons.pos.views.registers import REGISTERS
from addons.pos.views.registers import ROUTES as REGISTER_ROUTES
from addons.pos.views.repairs import ROUTES as REPAIR_ROUTES
from addons.pos.views.sales import SALES
from addons.pos.views.session_pages import ROUTES as SESSION_ROUTES
from addons.pos.views.sessions import COUNTS, SESSIONS
from addons.pos.views.signing import ROUTES as SIGNING_ROUTES
from addons.pos.views.sync import ROUTES as SYNC_ROUTES
from addons.pos.views.tools import SLOTS as TOOL_SLOTS
from core.api import Job, Resource, Route, Slot

RESOURCES: Final[tuple[Resource, ...]] = (
    SALES,
    LINES,
    REGISTERS,
    DEVICES,
    CASHIERS,
    METHODS,
    SESSIONS,
    COUNTS,
    CASH_MOVES,
    TILL_LOG,
)
PAGES: Final[tuple[Route, ...]] = (
    *APP_ROUTES,
    *DASHBOARD_ROUTES,
    *REGISTER_ROUTES,
    *CASHIER_ROUTES,
    *SESSION_ROUTES,
    *DEVICE_ROUTES,
    *RECEIPT_ROUTES,
    *SYNC_ROUTES,
    *SIGNING_ROUTES,
    *PRINTING_ROUTES,
    *REPAIR_ROUTES,
)
SLOTS: Final[tuple[Slot, ...]] = (*TOOL_SLOTS, *RECEIPT_SLOTS)
JOBS: Final[tuple[Job, ...]] = (*RECEIPT_JOBS, *DAY_JOBS)

__all__ = ["CARDS", "JOBS", "MENU", "PAGES", "REPORTS", "RESOURCES", "SLOTS", "STEPS"]
