"""What accounting shows: a file for each subject."""

from typing import Final

from addons.accounting.views import accruals, closing, locks
from addons.accounting.views.calendar import FISCAL_YEARS, PERIODS
from addons.accounting.views.chart import ACCOUNTS, JOURNALS
from addons.accounting.views.entries import ENTRIES, entry_title
from addons.accounting.views.reports import REPORTS

RESOURCES: Final = (
    ENTRIES,
    ACCOUNTS,
    JOURNALS,
    FISCAL_YEARS,
    PERIODS,
    *accruals.RESOURCES,
    *locks.RESOURCES,
)
PAGES: Final = (
    *closing.ROUTES,
    *locks.ROUTES,
)

__all__ = ["PAGES", "REPORTS", "RESOURCES", "entry_title"]
