"""What accounting shows: a file for each subject."""

from typing import Final

from addons.accounting.views import (
    accruals,
    asset_pages,
    assets,
    audit_packs,
    bank,
    bank_file,
    bank_import,
    bank_matching,
    bank_report,
    budgets,
    category_accounts,
    closing,
    companies,
    consolidation,
    currencies,
    deferral,
    dimensions,
    group_statements,
    locks,
    number_series,
    open_items,
    opening,
    receivables,
    recurring,
    settling,
)
from addons.accounting.views.calendar import FISCAL_YEARS, PERIODS
from addons.accounting.views.chart import ACCOUNTS, JOURNALS
from addons.accounting.views.entries import ENTRIES, entry_title
from addons.accounting.views.record_links import SLOTS as RECORD_LINKS
from addons.accounting.views.reports import REPORTS as STATEMENTS

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
    *receivables.RESOURCES,
    *accruals.RESOURCES,
    *bank.RESOURCES,
    *locks.RESOURCES,
    *assets.RESOURCES,
    *budgets.RESOURCES,
    *companies.RESOURCES,
    *consolidation.RESOURCES,
)
REPORTS: Final = (
    *STATEMENTS,
    *open_items.REPORTS,
    *bank_report.REPORTS,
    *consolidation.REPORTS,
    *assets.REPORTS,
    *budgets.REPORTS,
    *number_series.REPORTS,
)
PAGES: Final = (
    *audit_packs.ROUTES,
    *bank_file.ROUTES,
    *bank_import.ROUTES,
    *bank_matching.ROUTES,
    *bank_report.ROUTES,
    *receivables.PAGES,
    *opening.ROUTES,
    *recurring.ROUTES,
    *closing.ROUTES,
    *locks.ROUTES,
    *asset_pages.ROUTES,
    *budgets.ROUTES,
    *settling.ROUTES,
    *category_accounts.PAGES,
    *group_statements.ROUTES,
    *number_series.ROUTES,
)
SLOTS: Final = (
    *RECORD_LINKS,
    *bank_file.SLOTS,
    *settling.SLOTS,
    *category_accounts.SLOTS,
    *group_statements.SLOTS,
)
MENU: Final = (*settling.MENU, *bank.MENU)

__all__ = ["MENU", "PAGES", "REPORTS", "RESOURCES", "SLOTS", "entry_title"]
