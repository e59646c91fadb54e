"""The lines of the statutory statements: what `account.report_line` may say.

The order is that of the IFRS for SMEs Standard: section 4 for the statement of financial
position (paragraph 4.2 names its lines, 4.4 asks for current and non-current apart), section 5
for profit or loss (paragraphs 5.5 and 5.11, expenses by function). Charts set the key on each
account; statements gather accounts by it, so that a company may number its accounts as it likes.
A key never changes its meaning: companies keep it in their charts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from core.api import InvalidInput, msg, phrase

Statement = Literal["balance_sheet", "income_statement"]
Group = Literal[
    "current_assets",
    "non_current_assets",
    "current_liabilities",
    "non_current_liabilities",
    "equity",
    "revenue",
    "cost_of_sales",
    "operating_expenses",
    "other_income",
    "finance",
    "tax",
]

GROUP_TITLES: Final[tuple[tuple[Group, str], ...]] = (
    ("current_assets", msg("Current assets")),
    ("non_current_assets", msg("Non-current assets")),
    ("current_liabilities", msg("Current liabilities")),
    ("non_current_liabilities", msg("Non-current liabilities")),
    ("equity", msg("Equity")),
    ("revenue", msg("Revenue")),
    ("cost_of_sales", msg("Cost of sales")),
    ("other_income", msg("Other income")),
    ("operating_expenses", msg("Operating expenses")),
    ("finance", msg("Finance income and costs")),
    ("tax", msg("Zakat and income tax")),
)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line of a statement. `types` are the account types that may stand in it."""

    key: str
    title: str
    group: Group
    types: tuple[str, ...]

    @property
    def statement(self) -> Statement:
        """The statement that shows it; keys say it by their first two letters."""
        return "balance_sheet" if self.key.startswith("bs.") else "income_statement"


_ASSET: Final = ("asset",)
# Taxes and related parties change sides from month to month; the account's type does not.
_EITHER: Final = ("asset", "liability")
_LIABILITY: Final = ("liability",)
_EQUITY: Final = ("equity",)
_INCOME: Final = ("income",)
_EXPENSE: Final = ("expense",)
_RESULT: Final = ("income", "expense")

REPORT_LINES: Final = (
    ReportLine("bs.cash", msg("Cash and cash equivalents"), "current_assets", _ASSET),
    ReportLine("bs.receivables", msg("Trade receivables"), "current_assets", _ASSET),
    ReportLine("bs.other_receivables", msg("Other receivables"), "current_assets", _ASSET),
    ReportLine("bs.due_from_related", msg("Due from related parties"), "current_assets", _EITHER),
    ReportLine("bs.prepayments", msg("Prepayments and advances paid"), "current_assets", _ASSET),
    ReportLine("bs.contract_assets", msg("Contract assets"), "current_assets", _ASSET),
    ReportLine("bs.inventory", msg("Inventories"), "current_assets", _ASSET),
    ReportLine("bs.vat_input", msg("Recoverable VAT"), "current_assets", _EITHER),
    ReportLine("bs.tax_assets", msg("Current tax assets"), "current_assets", _EITHER),
    ReportLine("bs.financial_assets", msg("Other financial assets"), "current_assets", _ASSET),
    ReportLine("bs.suspense", msg("Suspense accounts"), "current_assets", _EITHER),
    ReportLine("bs.ppe", msg("Property, plant and equipment"), "non_current_assets", _ASSET),
    ReportLine(
        "bs.ppe_depreciation",
        msg("Accumulated depreciation of property, plant and equipment"),
        "non_current_assets",
        _ASSET,
    ),
    ReportLine("bs.right_of_use", msg("Right-of-use assets"), "non_current_assets", _ASSET),
    ReportLine("bs.investment_property", msg("Investment property"), "non_current_assets", _ASSET),
    ReportLine("bs.intangibles", msg("Intangible assets"), "non_current_assets", _ASSET),
    ReportLine(
        "bs.intangibles_amortisation",
        msg("Accumulated amortisation of intangible assets"),
        "non_current_assets",
        _ASSET,
    ),
    ReportLine("bs.biological", msg("Biological assets"), "non_current_assets", _ASSET),
    ReportLine(
        "bs.investments",
        msg("Investments in subsidiaries, associates and joint ventures"),
        "non_current_assets",
        _ASSET,
    ),
    ReportLine("bs.deferred_tax_asset", msg("Deferred tax assets"), "non_current_assets", _ASSET),
    ReportLine(
        "bs.other_non_current", msg("Other non-current assets"), "non_current_assets", _ASSET
    ),
    ReportLine("bs.payables", msg("Trade payables"), "current_liabilities", _LIABILITY),
    ReportLine("bs.accruals", msg("Accrued expenses"), "current_liabilities", _LIABILITY),
    ReportLine("bs.other_payables", msg("Other payables"), "current_liabilities", _LIABILITY),
    ReportLine("bs.due_to_related", msg("Due to related parties"), "current_liabilities", _EITHER),
    ReportLine(
        "bs.contract_liabilities",
        msg("Contract liabilities and advances received"),
        "current_liabilities",
        _LIABILITY,
    ),
    ReportLine("bs.vat_output", msg("VAT payable"), "current_liabilities", _EITHER),
    ReportLine(
        "bs.withholding_tax", msg("Withholding tax payable"), "current_liabilities", _EITHER
    ),
    ReportLine("bs.zakat", msg("Zakat and income tax payable"), "current_liabilities", _EITHER),
    ReportLine(
        "bs.borrowings_current", msg("Borrowings, current"), "current_liabilities", _LIABILITY
    ),
    ReportLine(
        "bs.lease_current", msg("Lease liabilities, current"), "current_liabilities", _LIABILITY
    ),
    ReportLine(
        "bs.provisions_current", msg("Provisions, current"), "current_liabilities", _LIABILITY
    ),
    ReportLine("bs.borrowings", msg("Borrowings"), "non_current_liabilities", _LIABILITY),
    ReportLine("bs.lease", msg("Lease liabilities"), "non_current_liabilities", _LIABILITY),
    ReportLine(
        "bs.eosb", msg("Employees' end-of-service benefits"), "non_current_liabilities", _LIABILITY
    ),
    ReportLine("bs.provisions", msg("Provisions"), "non_current_liabilities", _LIABILITY),
    ReportLine(
        "bs.deferred_tax_liability",
        msg("Deferred tax liabilities"),
        "non_current_liabilities",
        _LIABILITY,
    ),
    ReportLine("bs.capital", msg("Capital"), "equity", _EQUITY),
    ReportLine("bs.owner_current", msg("Owners' current accounts"), "equity", _EQUITY),
    ReportLine("bs.reserves", msg("Statutory reserve"), "equity", _EQUITY),
    ReportLine("bs.other_reserves", msg("Other reserves"), "equity", _EQUITY),
    ReportLine("bs.retained", msg("Retained earnings"), "equity", _EQUITY),
    ReportLine("bs.dividends", msg("Dividends"), "equity", _EQUITY),
    ReportLine("bs.opening", msg("Opening balance equity"), "equity", _EQUITY),
    ReportLine("pl.revenue", msg("Revenue"), "revenue", _INCOME),
    ReportLine("pl.sales_deductions", msg("Returns and discounts"), "revenue", _RESULT),
    ReportLine("pl.cost_of_sales", msg("Cost of sales"), "cost_of_sales", _EXPENSE),
    ReportLine("pl.other_income", msg("Other income"), "other_income", _RESULT),
    ReportLine("pl.selling", msg("Selling and distribution"), "operating_expenses", _EXPENSE),
    ReportLine("pl.admin", msg("General and administrative"), "operating_expenses", _EXPENSE),
    ReportLine(
        "pl.depreciation", msg("Depreciation and amortisation"), "operating_expenses", _EXPENSE
    ),
    ReportLine(
        "pl.impairment", msg("Impairment and doubtful debts"), "operating_expenses", _RESULT
    ),
    ReportLine("pl.other_expense", msg("Other expenses"), "operating_expenses", _RESULT),
    ReportLine("pl.fx", msg("Exchange differences"), "finance", _RESULT),
    ReportLine("pl.finance_income", msg("Finance income"), "finance", _INCOME),
    ReportLine("pl.finance_cost", msg("Finance costs"), "finance", _EXPENSE),
    ReportLine("pl.zakat_tax", msg("Zakat and income tax"), "tax", _RESULT),
)
LINES_BY_KEY: Final = {line.key: line for line in REPORT_LINES}

_BY_SUBTYPE: Final = {
    ("asset", "bank"): "bs.cash",
    ("asset", "cash"): "bs.cash",
    ("asset", "receivable"): "bs.receivables",
    ("asset", "inventory"): "bs.inventory",
    ("asset", "fixed_asset"): "bs.ppe",
    ("asset", "tax"): "bs.vat_input",
    ("liability", "payable"): "bs.payables",
    ("liability", "tax"): "bs.vat_output",
    ("liability", "bank"): "bs.borrowings_current",
    ("equity", "retained_earnings"): "bs.retained",
    ("expense", "cost_of_sales"): "pl.cost_of_sales",
}
_BY_TYPE: Final = {
    "asset": "bs.other_receivables",
    "liability": "bs.other_payables",
    "equity": "bs.other_reserves",
    "income": "pl.revenue",
    "expense": "pl.admin",
}


LINE_CHOICES: Final = (
    ("", msg("By its type and use")),
    *((line.key, line.title) for line in REPORT_LINES),
)
"""For forms: an account that names none stands where `line_of` says."""


def require_line(account_type: str, report_line: str) -> None:
    """Raise InvalidInput for a line that does not take accounts of this type."""
    line = LINES_BY_KEY.get(report_line)
    if report_line and (line is None or account_type not in line.types):
        title = phrase(line.title) if line is not None else report_line
        raise InvalidInput.of(
            "report_line",
            phrase("“{line}” takes no account of this type.", line=title),
            fix=phrase("Choose another line, or none: the type and use of the account tell one."),
        )


def line_of(account_type: str, subtype: str = "", report_line: str = "") -> ReportLine:
    """The line in which an account stands: the one it names, else that of its type and use, so
    that the accounts of an imported ledger stand somewhere too and the statements are whole."""
    named = LINES_BY_KEY.get(report_line)
    if named is not None and account_type in named.types:
        return named
    return LINES_BY_KEY[_BY_SUBTYPE.get((account_type, subtype), _BY_TYPE[account_type])]
