"""Which account a line of trade posts to: the category's own, else the company's.

Where the company chose none, an account of a plain name is made, so that no sale waits for a chart
of accounts: `Income:Sales`. It can be renamed, or another one chosen, at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.models import Account, AccountType
from addons.accounting.models.trade import CategoryAccount
from addons.accounting.options import AccountingOptions
from addons.accounting.services.account_codes import ensure_account
from addons.accounting.services.payments.agreed import Side, partner_terms
from core.api import cached_until_change, msg, options

Purpose = Literal[
    "stock",
    "received",
    "cost",
    "price_difference",
    "stock_difference",
    "landed_cost",
    "own_use",
    "sales",
    "sales_returns",
    "purchase",
    "expense",
    "customer_advances",
    "deferred_revenue",
    "supplier_advances",
    "gift_card",
    "gift_card_breakage",
    "loyalty",
    "receivable",
    "retention",
    "payable",
    "opening",
    "exchange_gain",
    "exchange_loss",
    "cash_rounding",
    "discount_allowed",
    "vat_output",
    "vat_input",
    "till_cash",
    "till_clearing",
    "till_transfer",
    "till_difference",
]
"""What an account serves for. The company's choice is the option of that name with `_account`; what
tills need has a plain account, which can be renamed, and ways to pay name accounts of their own."""

BY_CATEGORY: Final[tuple[tuple[Purpose, str], ...]] = (
    ("stock", msg("Stock")),
    ("cost", msg("Cost of goods sold")),
    ("sales", msg("Sales")),
    ("sales_returns", msg("Sales returns")),
    ("purchase", msg("Purchases without stock")),
    ("price_difference", msg("Price differences")),
    ("stock_difference", msg("Differences of stock")),
    ("own_use", msg("Own use")),
)
"""What a category of products may have accounts of its own for."""


class _Plain(NamedTuple):
    code: str
    type: AccountType
    subtype: str = ""
    report_line: str = ""
    open_items: bool = False


_PLAIN: Final[Mapping[Purpose, _Plain]] = {
    "stock": _Plain("Assets:Stock", "asset", "inventory", "bs.inventory"),
    "received": _Plain("Liabilities:Goods received", "liability", "", "bs.payables"),
    "cost": _Plain("Expenses:Cost of goods sold", "expense", "cost_of_sales", "pl.cost_of_sales"),
    "price_difference": _Plain(
        "Expenses:Price differences", "expense", "cost_of_sales", "pl.cost_of_sales"
    ),
    "stock_difference": _Plain(
        "Expenses:Stock differences", "expense", "cost_of_sales", "pl.cost_of_sales"
    ),
    "landed_cost": _Plain("Expenses:Landed costs", "expense", "cost_of_sales", "pl.cost_of_sales"),
    "own_use": _Plain("Expenses:Own use of goods", "expense"),
    "sales": _Plain("Income:Sales", "income", "", "pl.revenue"),
    "sales_returns": _Plain("Income:Sales returns", "income", "", "pl.sales_deductions"),
    "purchase": _Plain("Expenses:Purchases", "expense", "cost_of_sales", "pl.cost_of_sales"),
    "expense": _Plain("Expenses:Other", "expense"),
    "customer_advances": _Plain(
        "Liabilities:Advances of customers", "liability", "", "bs.contract_liabilities"
    ),
    "deferred_revenue": _Plain(
        "Liabilities:Deferred revenue", "liability", "", "bs.contract_liabilities"
    ),
    "supplier_advances": _Plain("Assets:Advances to suppliers", "asset", "", "bs.prepayments"),
    "gift_card": _Plain("Liabilities:Gift cards", "liability", "", "bs.contract_liabilities"),
    "gift_card_breakage": _Plain("Income:Unused gift cards", "income", "", "pl.revenue"),
    "loyalty": _Plain("Liabilities:Loyalty points", "liability", "", "bs.contract_liabilities"),
    "receivable": _Plain("Assets:Receivables", "asset", "receivable", "bs.receivables"),
    "retention": _Plain("Assets:Retentions", "asset", "", "bs.receivables", open_items=True),
    "payable": _Plain("Liabilities:Payables", "liability", "payable", "bs.payables"),
    "opening": _Plain("Equity:Opening balances", "equity"),
    "exchange_gain": _Plain("Income:Exchange gains", "income"),
    "exchange_loss": _Plain("Expenses:Exchange losses", "expense"),
    "cash_rounding": _Plain("Expenses:Rounding of payments", "expense"),
    "discount_allowed": _Plain("Income:Discounts given", "income", "", "pl.sales_deductions"),
    "vat_output": _Plain("Liabilities:VAT", "liability", "tax"),
    "vat_input": _Plain("Assets:VAT", "asset", "tax"),
    "till_cash": _Plain("Assets:Cash in tills", "asset", "cash"),
    "till_clearing": _Plain("Assets:Card payments on their way", "asset"),
    "till_transfer": _Plain("Assets:Cash on its way", "asset"),
    "till_difference": _Plain("Expenses:Differences of tills", "expense"),
}
_ACCOUNTS: Final = text("""
SELECT own.category_id, own.purpose, account.code
  FROM accounting.category_account AS own
  JOIN accounting.account ON account.id = own.account_id AND account.active
 UNION ALL
SELECT NULL, NULL, code FROM accounting.account
 WHERE code = ANY(CAST(:codes AS text[])) AND active
""")


@dataclass(frozen=True, slots=True)
class _Chosen:
    by_category: Mapping[tuple[int, str], str]
    of_company: Mapping[Purpose, str]
    there: frozenset[str]


def account_code(session: Session, purpose: Purpose, category_id: int | None = None) -> str:
    """The code of the account for a purpose and the products of a category, which may not be there
    yet."""
    chosen = _chosen(session)
    if category_id is not None:
        own = chosen.by_category.get((category_id, purpose))
        if own is not None:
            return own
    return chosen.of_company[purpose]


def trade_account(session: Session, purpose: Purpose, category_id: int | None = None) -> str:
    """The code of that account; it is made if it is one of the plain ones."""
    code = account_code(session, purpose, category_id)
    if code not in _chosen(session).there:
        _make(session, _PLAIN[purpose])
    return code


def partner_account(session: Session, partner_id: int, side: Side) -> str:
    """The code of the account on which a customer's or supplier's debts stand."""
    agreed = partner_terms(session, partner_id)
    if agreed is not None:
        own = agreed.receivable if side == "receivable" else agreed.payable
        if own is not None and own.active:
            return own.code
    return trade_account(session, side)


def stock_accounts(session: Session) -> set[str]:
    """The codes of all accounts that stock stands on."""
    chosen = _chosen(session).by_category
    own = {code for (_, purpose), code in chosen.items() if purpose == "stock"}
    return own | {account_code(session, "stock")}


@cached_until_change("core.option", Account, CategoryAccount)
def _chosen(session: Session) -> _Chosen:
    company = options(session, AccountingOptions)
    wanted: dict[Purpose, str] = {
        purpose: getattr(company, f"{purpose}_account", "") for purpose in _PLAIN
    }
    plain = {purpose: names.code for purpose, names in _PLAIN.items()}
    codes = {code for code in (*wanted.values(), *plain.values()) if code}
    rows = session.execute(_ACCOUNTS, {"codes": sorted(codes)}).all()
    by_category = {
        (row.category_id, row.purpose): row.code for row in rows if row.category_id is not None
    }
    there = frozenset(row.code for row in rows if row.category_id is None)
    of_company: dict[Purpose, str] = {
        purpose: code if code in there else plain[purpose] for purpose, code in wanted.items()
    }
    return _Chosen(by_category, of_company, there.union(by_category.values()))


def _make(session: Session, plain: _Plain) -> None:
    ensure_account(
        session,
        plain.code,
        plain.code.rpartition(":")[2],
        plain.type,
        report_line=plain.report_line,
        subtype=plain.subtype,
        reconcilable=plain.open_items or plain.subtype in ("receivable", "payable"),
    )
