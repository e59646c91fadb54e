"""The reports that every ledger has."""

from __future__ import annotations

from typing import Final

from addons.accounting.permissions import VIEW_BOOKS
from addons.accounting.services import statements
from core.api import Report, msg

REPORTS: Final = (
    Report("accounting.trial_balance", msg("Trial balance"), VIEW_BOOKS, statements.trial_balance),
    Report(
        "accounting.income_statement",
        msg("Income statement"),
        VIEW_BOOKS,
        statements.income_statement,
    ),
    Report("accounting.balance_sheet", msg("Balance sheet"), VIEW_BOOKS, statements.balance_sheet),
)
