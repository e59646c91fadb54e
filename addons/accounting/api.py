"""What other addons may use of accounting."""

from __future__ import annotations

from addons.accounting.events import (
    EntriesImported,
    EntryPosted,
    EntryReversed,
    ItemsSettled,
    SettlementUndone,
)
from addons.accounting.extension_points import (
    BudgetCommitments,
    ClosingStep,
    OwedInGoods,
    Step,
    StepState,
    StockLedger,
    TaxEngine,
)
from addons.accounting.models import FiscalYear
from addons.accounting.models import Period as AccountingPeriod
from addons.accounting.permissions import EDIT_REPORTS, SEND_REPORTS, VIEW_BOOKS
from addons.accounting.services.account_codes import (
    account_codes,
    account_id,
    default_account_code,
    ensure_account,
    posted_entry,
)
from addons.accounting.services.audit_pack.making import write_year as write_audit_pack
from addons.accounting.services.balances import AccountBalance, balances
from addons.accounting.services.bulk import BulkOutcome
from addons.accounting.services.bulk import post_bulk as post_entries
from addons.accounting.services.cash_journals import money_account, money_journal
from addons.accounting.services.currencies import MissingRate, convert, rate
from addons.accounting.services.dimensions.balances import DimensionBalance, balances_by_dimension
from addons.accounting.services.dimensions.splits import read_split
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import PostedEntry
from addons.accounting.services.ledger import post as post_entry
from addons.accounting.services.locks import lock_tax_until
from addons.accounting.services.payments.applying import offer_discount, with_terms
from addons.accounting.services.payments.documents import Allocation
from addons.accounting.services.payments.exposures import Exposure, exposure
from addons.accounting.services.payments.ordering import PaymentOrder, pay
from addons.accounting.services.payments.reversing import reverse_payment
from addons.accounting.services.posting_checks import journal_type
from addons.accounting.services.posting_days import Posting, can_post
from addons.accounting.services.reading.budgets import (
    BudgetFigure,
    ReportBudget,
    budget_figures,
    report_budgets,
)
from addons.accounting.services.reading.cash import cash_movements
from addons.accounting.services.reading.coming import (
    ComingCheque,
    ComingEntry,
    coming_cheques,
    coming_recurring,
)
from addons.accounting.services.reading.dimensions import (
    ReportDimension,
    movements_by_dimension,
    report_dimensions,
)
from addons.accounting.services.reading.figures import (
    DaySpan,
    Movement,
    Movements,
    ReportAccount,
    movements,
    posted_currencies,
    report_accounts,
)
from addons.accounting.services.reading.lines import (
    LineQuery,
    PostedLine,
    count_lines,
    entries_of_branches,
    posted_lines,
    sum_until,
)
from addons.accounting.services.reading.partners import PartnerFigures, partner_figures
from addons.accounting.services.reading.settled import SettledShare, settled_shares
from addons.accounting.services.reading.settled_documents import (
    SettledDocument,
    settled_documents,
)
from addons.accounting.services.reading.state import (
    BooksPeriod,
    company_currency,
    control_differences,
    count_drafts_in,
    fiscal_years,
    open_periods,
    year_start,
)
from addons.accounting.services.reading.sub_ledgers import SubLedger, sub_ledgers
from addons.accounting.services.reading.tax_lines import (
    EntryTax,
    TaxLine,
    TaxLineQuery,
    TaxSum,
    count_tax_lines,
    tax_line_ids,
    tax_lines,
    tax_sums,
    taxes_by_entry,
    used_tax_codes,
)
from addons.accounting.services.reading.taxes import (
    TaxFigures,
    posted_without_code,
    tax_figures,
)
from addons.accounting.services.report_lines import GROUP_TITLES, REPORT_LINES, ReportLine
from addons.accounting.services.reversal import reverse as reverse_entry
from addons.accounting.services.settlement.items import open_items
from addons.accounting.services.settlement.settling import (
    NothingToSettle,
    settle,
    settle_oldest,
)
from addons.accounting.services.settlement.storing import settlement_of, settlements_of_lines
from addons.accounting.services.settlement.undoing import undo as undo_settlement
from addons.accounting.services.settlement.values import (
    OpenItem,
    SettledPart,
    Settlement,
    WriteOff,
)

__all__ = [
    "EDIT_REPORTS",
    "GROUP_TITLES",
    "REPORT_LINES",
    "SEND_REPORTS",
    "VIEW_BOOKS",
    "AccountBalance",
    "AccountingPeriod",
    "Allocation",
    "BooksPeriod",
    "BudgetCommitments",
    "BudgetFigure",
    "BulkOutcome",
    "ClosingStep",
    "ComingCheque",
    "ComingEntry",
    "DaySpan",
    "DimensionBalance",
    "EntriesImported",
    "EntryDraft",
    "EntryPosted",
    "EntryReversed",
    "EntryTax",
    "Exposure",
    "FiscalYear",
    "ItemsSettled",
    "LineDraft",
    "LineQuery",
    "MissingRate",
    "Movement",
    "Movements",
    "NothingToSettle",
    "OpenItem",
    "OwedInGoods",
    "PartnerFigures",
    "PaymentOrder",
    "PostedEntry",
    "PostedLine",
    "Posting",
    "ReportAccount",
    "ReportBudget",
    "ReportDimension",
    "ReportLine",
    "SettledDocument",
    "SettledPart",
    "SettledShare",
    "Settlement",
    "SettlementUndone",
    "Step",
    "StepState",
    "StockLedger",
    "SubLedger",
    "TaxEngine",
    "TaxFigures",
    "TaxLine",
    "TaxLineQuery",
    "TaxSum",
    "WriteOff",
    "account_codes",
    "account_id",
    "balances",
    "balances_by_dimension",
    "budget_figures",
    "can_post",
    "cash_movements",
    "coming_cheques",
    "coming_recurring",
    "company_currency",
    "control_differences",
    "convert",
    "count_drafts_in",
    "count_lines",
    "count_tax_lines",
    "default_account_code",
    "ensure_account",
    "entries_of_branches",
    "exposure",
    "fiscal_years",
    "journal_type",
    "lock_tax_until",
    "money_account",
    "money_journal",
    "movements",
    "movements_by_dimension",
    "offer_discount",
    "open_items",
    "open_periods",
    "partner_figures",
    "pay",
    "post_entries",
    "post_entry",
    "posted_currencies",
    "posted_entry",
    "posted_lines",
    "posted_without_code",
    "rate",
    "read_split",
    "report_accounts",
    "report_budgets",
    "report_dimensions",
    "reverse_entry",
    "reverse_payment",
    "settle",
    "settle_oldest",
    "settled_documents",
    "settled_shares",
    "settlement_of",
    "settlements_of_lines",
    "sub_ledgers",
    "sum_until",
    "tax_figures",
    "tax_line_ids",
    "tax_lines",
    "tax_sums",
    "taxes_by_entry",
    "undo_settlement",
    "used_tax_codes",
    "with_terms",
    "write_audit_pack",
    "year_start",
]
