"""The menu entries of the books and of closing."""

from __future__ import annotations

from typing import Final

from addons.accounting.permissions import EDIT_CHART, EDIT_ENTRY, VIEW_BOOKS
from core.api import SETUP_GROUP, MenuItem, msg

_SECTION: Final = msg("Accounting")
_CLOSING: Final = msg("Period end")
_BOOKS: Final = (
    (msg("Journal entries"), "entries", "journal-text", VIEW_BOOKS),
    (msg("Accounts"), "accounts", "list-columns", VIEW_BOOKS),
)
_WORK: Final = (
    (msg("Write from a template"), "use-template", "pencil-square", EDIT_ENTRY),
    (msg("Recurring entries"), "recurring-entries", "arrow-repeat", VIEW_BOOKS),
    (msg("Deferrals"), "deferrals", "calendar-range", VIEW_BOOKS),
    (msg("Currency rates"), "rates", "currency-exchange", VIEW_BOOKS),
)
_SET_UP: Final = (
    (msg("Journals"), "journals", "book", VIEW_BOOKS),
    (msg("Fiscal years"), "fiscal-years", "calendar", VIEW_BOOKS),
    (msg("Periods"), "periods", "calendar-month", VIEW_BOOKS),
    (msg("Entry templates"), "entry-templates", "file-earmark-text", VIEW_BOOKS),
    (msg("Dimensions"), "dimensions", "diagram-3", VIEW_BOOKS),
    (msg("Values of dimensions"), "dimension-values", "tags", VIEW_BOOKS),
    (msg("Opening balances"), "openings", "box-arrow-in-right", VIEW_BOOKS),
    (msg("Charts of accounts"), "charts", "journals", EDIT_CHART),
)
_CLOSING_ENTRIES: Final = (
    (msg("Revaluations"), "revaluations", "currency-exchange", VIEW_BOOKS),
    (msg("Close a period"), "closing", "check2-square", VIEW_BOOKS),
    (msg("Accruals"), "accruals", "hourglass-split", VIEW_BOOKS),
    (msg("Asset register"), "asset-register", "building", VIEW_BOOKS),
    (msg("Budgets"), "budgets", "bullseye", VIEW_BOOKS),
    (msg("Lock dates"), "closing/locks", "lock", VIEW_BOOKS),
    (msg("Numbers of entries"), "number-series", "123", VIEW_BOOKS),
)
MENU: Final = tuple(
    MenuItem(title, f"/accounting/{path}", permission, section, icon, start + place, group)
    for start, section, group, entries in (
        (0, _SECTION, "", _BOOKS),
        (20, _SECTION, "", _WORK),
        (80, _SECTION, SETUP_GROUP, _SET_UP),
        (50, _CLOSING, "", _CLOSING_ENTRIES),
    )
    for place, (title, path, icon, permission) in enumerate(entries)
)
