"""The tables of the schema `accounting`."""

from addons.accounting.models.balances import BalanceTail, PeriodBalance
from addons.accounting.models.calendar import FiscalYear, Period, State
from addons.accounting.models.chart import (
    ACCOUNT_SUBTYPES,
    ACCOUNT_TYPES,
    JOURNAL_TYPES,
    Account,
    AccountType,
    Journal,
    JournalType,
)
from addons.accounting.models.entries import (
    JournalChain,
    JournalEntry,
    JournalLine,
    NumberSeries,
)

MODELS: tuple[type, ...] = (
    Account,
    Journal,
    FiscalYear,
    Period,
    NumberSeries,
    JournalChain,
    JournalEntry,
    JournalLine,
    PeriodBalance,
    BalanceTail,
)

__all__ = [
    "ACCOUNT_SUBTYPES",
    "ACCOUNT_TYPES",
    "JOURNAL_TYPES",
    "MODELS",
    "Account",
    "AccountType",
    "BalanceTail",
    "FiscalYear",
    "Journal",
    "JournalChain",
    "JournalEntry",
    "JournalLine",
    "JournalType",
    "NumberSeries",
    "Period",
    "PeriodBalance",
    "State",
]
