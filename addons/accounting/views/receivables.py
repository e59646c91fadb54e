"""What accounting shows of receivables and payables: lists, pages, reports, jobs and the menu."""

from __future__ import annotations

from typing import Final

from addons.accounting.permissions import COLLECT, VIEW_BOOKS
from addons.accounting.views import (
    ageing,
    cheques,
    collections,
    dunning,
    mail_jobs,
    payments,
    statement_run,
    terms,
)
from core.api import SETUP_GROUP, MenuItem, msg

_SECTION: Final = msg("Receivables and payables")
_ENTRIES: Final = (
    (msg("Payments"), "/accounting/payments", "cash-coin", VIEW_BOOKS),
    (msg("Cheques"), "/accounting/cheques", "credit-card-2-front", VIEW_BOOKS),
    (msg("Payment proposals"), "/accounting/payment-runs", "send", VIEW_BOOKS),
    (msg("Ages of receivables"), "/accounting/ages/receivable", "hourglass-top", VIEW_BOOKS),
    (msg("Ages of payables"), "/accounting/ages/payable", "hourglass-bottom", VIEW_BOOKS),
    (msg("Statements of account"), "/accounting/account-statements", "file-text", VIEW_BOOKS),
    (msg("Make statements of account"), "/accounting/statement-run", "files", COLLECT),
    (msg("Reminder runs"), "/accounting/dunning-runs", "megaphone", VIEW_BOOKS),
    (msg("Reminders"), "/accounting/dunning-letters", "envelope", VIEW_BOOKS),
    (msg("Items not reminded of"), "/accounting/dunning-holds", "bell-slash", VIEW_BOOKS),
    (msg("Credit approvals"), "/accounting/credit-approvals", "shield-check", VIEW_BOOKS),
)
_SET_UP: Final = (
    (msg("Reminder levels"), "/accounting/dunning-levels", "bar-chart-steps", VIEW_BOOKS),
    (msg("Payment terms"), "/accounting/payment-terms", "calendar-check", VIEW_BOOKS),
    (msg("Partner terms"), "/accounting/partner-terms", "person-check", VIEW_BOOKS),
)
MENU: Final = tuple(
    MenuItem(title, url, permission, _SECTION, icon, start + place, group)
    for start, group, entries in ((20, "", _ENTRIES), (60, SETUP_GROUP, _SET_UP))
    for place, (title, url, icon, permission) in enumerate(entries)
)
RESOURCES: Final = (
    *payments.RESOURCES,
    *cheques.RESOURCES,
    *collections.RESOURCES,
    *dunning.RESOURCES,
    *terms.RESOURCES,
)
SLOTS: Final = statement_run.SLOTS
PAGES: Final = (*ageing.ROUTES, *statement_run.ROUTES)
REPORTS: Final = ageing.REPORTS
JOBS: Final = mail_jobs.JOBS
