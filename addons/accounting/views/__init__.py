"""What accounting shows: a file for each subject."""

from typing import Final

from addons.accounting.views.calendar import FISCAL_YEARS, PERIODS
from addons.accounting.views.chart import ACCOUNTS, JOURNALS
from addons.accounting.views.entries import ENTRIES, entry_title
from addons.accounting.views.reports import REPORTS

RESOURCES: Final = (ENTRIES, ACCOUNTS, JOURNALS, FISCAL_YEARS, PERIODS)

__all__ = ["REPORTS", "RESOURCES", "entry_title"]
