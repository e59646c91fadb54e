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
from addons.accounting.models.cheques import MODELS as CHEQUE_MODELS
from addons.accounting.models.collections import MODELS as COLLECTION_MODELS
from addons.accounting.models.dunning import MODELS as DUNNING_MODELS
from addons.accounting.models.entries import (
    JournalChain,
    JournalEntry,
    JournalLine,
    NumberSeries,
)
from addons.accounting.models.payments import MODELS as PAYMENT_MODELS
from addons.accounting.models.terms import MODELS as TERM_MODELS

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
    *TERM_MODELS,
    *PAYMENT_MODELS,
    *CHEQUE_MODELS,
    *COLLECTION_MODELS,
    *DUNNING_MODELS,
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
