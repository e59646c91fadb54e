"""What accounting shows: a file for each subject."""

from typing import Final

from addons.accounting.views import (
    accruals,
    closing,
    currencies,
    deferral,
    dimensions,
    locks,
    open_items,
    opening,
    recurring,
)
from addons.accounting.views.calendar import FISCAL_YEARS, PERIODS
from addons.accounting.views.chart import ACCOUNTS, JOURNALS
from addons.accounting.views.entries import ENTRIES, entry_title
from addons.accounting.views.record_links import SLOTS
from addons.accounting.views.reports import REPORTS

RESOURCES: Final = (
    ENTRIES,
    ACCOUNTS,
    JOURNALS,
    FISCAL_YEARS,
    PERIODS,
    *currencies.RESOURCES,
    *dimensions.RESOURCES,
    *recurring.RESOURCES,
    *deferral.RESOURCES,
    *opening.RESOURCES,
    *open_items.RESOURCES,
    *accruals.RESOURCES,
    *locks.RESOURCES,
)
PAGES: Final = (
    *opening.ROUTES,
    *recurring.ROUTES,
    *closing.ROUTES,
    *locks.ROUTES,
)

__all__ = ["PAGES", "REPORTS", "RESOURCES", "SLOTS", "entry_title"]
