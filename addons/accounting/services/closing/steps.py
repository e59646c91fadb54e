"""Accounting's own steps of the closing checklist. Each stands beside what it is about; other
addons register theirs as extensions."""

from __future__ import annotations

from typing import Final

from addons.accounting.extension_points import Step
from addons.accounting.services.accrual_proposals import ACCRUALS
from addons.accounting.services.assets.depreciation import DEPRECIATION
from addons.accounting.services.assets.register import REGISTER
from addons.accounting.services.bank.checks import BANK
from addons.accounting.services.closing.books import DRAFTS, EARLIER, SUSPENSE, TRIAL_BALANCE
from addons.accounting.services.closing.controls import CONTROLS, OPEN_ITEMS
from addons.accounting.services.closing.recurring_steps import DEFERRALS, RECURRING
from addons.accounting.services.revaluation.step import REVALUATION
from addons.accounting.services.year_end import YEAR_END

STEPS: Final[tuple[Step, ...]] = (
    EARLIER,
    RECURRING,
    DRAFTS,
    SUSPENSE,
    BANK,
    OPEN_ITEMS,
    DEFERRALS,
    REVALUATION,
    DEPRECIATION,
    ACCRUALS,
    TRIAL_BALANCE,
    CONTROLS,
    REGISTER,
    YEAR_END,
)
