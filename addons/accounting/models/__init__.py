"""The tables of the schema `accounting`."""

from addons.accounting.models.accruals import ACCRUAL_KINDS, ACCRUAL_STATES, Accrual
from addons.accounting.models.assets import MODELS as ASSET_MODELS
from addons.accounting.models.audit_packs import AUDIT_PACK_MODELS, AuditPack
from addons.accounting.models.balances import BalanceTail, PeriodBalance
from addons.accounting.models.bank import MODELS as BANK_MODELS
from addons.accounting.models.budgets import (
    BUDGET_CONTROLS,
    BUDGET_SPANS,
    BUDGET_STATES,
    Budget,
    BudgetLine,
    BudgetOverride,
)
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
from addons.accounting.models.closing import ClosingEvent, ClosingLog
from addons.accounting.models.collections import MODELS as COLLECTION_MODELS
from addons.accounting.models.companies import (
    COMPANY_MODELS,
    BranchTransfer,
    CompanyDocument,
    CompanyLink,
    Consolidation,
    ConsolidationLine,
    ConsolidationMember,
    Elimination,
    GroupAccount,
    TrialSnapshot,
)
from addons.accounting.models.currencies import MODELS as CURRENCY_MODELS
from addons.accounting.models.deferral import MODELS as DEFERRAL_MODELS
from addons.accounting.models.dimensions import MODELS as DIMENSION_MODELS
from addons.accounting.models.dunning import MODELS as DUNNING_MODELS
from addons.accounting.models.entries import (
    JournalChain,
    JournalEntry,
    JournalLine,
    NumberSeries,
)
from addons.accounting.models.incoming import IncomingEntry, IncomingLine
from addons.accounting.models.locks import (
    LOCK_KINDS,
    LockDate,
    LockException,
    LockExceptionUse,
    LockKind,
)
from addons.accounting.models.open_items import OpenLine
from addons.accounting.models.opening import MODELS as OPENING_MODELS
from addons.accounting.models.payments import MODELS as PAYMENT_MODELS
from addons.accounting.models.recurring import MODELS as RECURRING_MODELS
from addons.accounting.models.settlement import MODELS as SETTLEMENT_MODELS
from addons.accounting.models.settlement import SettledLine, Settlement, SettlementPart
from addons.accounting.models.terms import MODELS as TERM_MODELS
from addons.accounting.models.trade import MODELS as TRADE_MODELS

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
    IncomingEntry,
    IncomingLine,
    *SETTLEMENT_MODELS,
    OpenLine,
    *CURRENCY_MODELS,
    *DIMENSION_MODELS,
    *RECURRING_MODELS,
    *DEFERRAL_MODELS,
    *OPENING_MODELS,
    *TERM_MODELS,
    *TRADE_MODELS,
    *PAYMENT_MODELS,
    *CHEQUE_MODELS,
    *COLLECTION_MODELS,
    *DUNNING_MODELS,
    *BANK_MODELS,
    *COMPANY_MODELS,
    *AUDIT_PACK_MODELS,
    *ASSET_MODELS,
    LockDate,
    LockException,
    LockExceptionUse,
    ClosingLog,
    Accrual,
    Budget,
    BudgetLine,
    BudgetOverride,
)

__all__ = [
    "ACCOUNT_SUBTYPES",
    "ACCOUNT_TYPES",
    "ACCRUAL_KINDS",
    "ACCRUAL_STATES",
    "BUDGET_CONTROLS",
    "BUDGET_SPANS",
    "BUDGET_STATES",
    "JOURNAL_TYPES",
    "LOCK_KINDS",
    "MODELS",
    "Account",
    "AccountType",
    "Accrual",
    "AuditPack",
    "BalanceTail",
    "BranchTransfer",
    "Budget",
    "BudgetLine",
    "BudgetOverride",
    "ClosingEvent",
    "ClosingLog",
    "CompanyDocument",
    "CompanyLink",
    "Consolidation",
    "ConsolidationLine",
    "ConsolidationMember",
    "Elimination",
    "FiscalYear",
    "GroupAccount",
    "IncomingEntry",
    "IncomingLine",
    "Journal",
    "JournalChain",
    "JournalEntry",
    "JournalLine",
    "JournalType",
    "LockDate",
    "LockException",
    "LockExceptionUse",
    "LockKind",
    "NumberSeries",
    "OpenLine",
    "Period",
    "PeriodBalance",
    "SettledLine",
    "Settlement",
    "SettlementPart",
    "State",
    "TrialSnapshot",
]
