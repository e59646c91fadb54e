"""What a company decides about its books."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from core.api import OptionSet, msg

_Code = Annotated[str, Field(min_length=1)]


def _words(title: str, help_text: str) -> dict[str, str]:
    return {"title": title, "help": help_text}


def _account(title: str, help_text: str) -> str:
    """An account that is chosen with a chart of accounts, or by hand."""
    return field(default="", metadata=_words(title, help_text))


@dataclass(frozen=True, slots=True)
class AccountingOptions:
    """Settings of accounting. Journals and accounts are named by their codes.

    The three accounts of imports are made when they are first needed. All are equity, so that they
    change neither the result nor what is owned and owed. The accounts below them are set along
    with a chart of accounts, or by hand; services ask `services.default_accounts` for them.
    """

    company_currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = field(
        default="USD", metadata=_words(msg("Company currency"), msg("Three letters, such as SAR."))
    )
    fiscal_year_first_month: Annotated[int, Field(ge=1, le=12)] = field(
        default=1,
        metadata=_words(
            msg("First month of the fiscal year"), msg("For years that are set up from now on.")
        ),
    )
    default_journal: _Code = field(
        default="GEN", metadata=_words(msg("Journal of entries that name none"), msg("Its code."))
    )
    rounding_account: _Code = field(
        default="Equity:Rounding differences",
        metadata=_words(
            msg("Account for rounding"),
            msg("Takes what an imported file leaves open within its own rounding."),
        ),
    )
    conversion_account: _Code = field(
        default="Equity:Currency exchange",
        metadata=_words(
            msg("Account for exchanges"),
            msg("Takes the two sides of an imported exchange of which the rate is not known."),
        ),
    )
    one_sided_account: _Code = field(
        default="Equity:One-sided postings",
        metadata=_words(
            msg("Account for one-sided postings"),
            msg("Takes the other side of imported postings that are declared to have none."),
        ),
    )
    rate_valid_days: Annotated[int, Field(ge=0, le=3660)] = field(
        default=0,
        metadata=_words(
            msg("Days for which a currency rate is valid"),
            msg("An older rate counts as missing. 0 for any age, as with a fixed rate."),
        ),
    )
    revalue_items_together: bool = field(
        default=False,
        metadata=_words(
            msg("Round revaluations once per account and currency"),
            msg("Otherwise each open item is rounded by itself."),
        ),
    )
    receivable_account: str = _account(
        msg("Account of customers"),
        msg("What customers owe, where nothing else says which account."),
    )
    retention_account: str = _account(
        msg("Account of retentions"),
        msg("What customers keep back of invoices until the work is accepted."),
    )
    payable_account: str = _account(
        msg("Account of suppliers"),
        msg("What is owed to suppliers, where nothing else says which account."),
    )
    exchange_gain_account: str = _account(
        msg("Account for exchange gains"),
        msg("Gains when something in a foreign currency is paid."),
    )
    exchange_loss_account: str = _account(
        msg("Account for exchange losses"),
        msg("Losses when something in a foreign currency is paid."),
    )
    unrealised_gain_account: str = _account(
        msg("Account for unrealised exchange gains"),
        msg("Gains of a revaluation, which is reversed the day after."),
    )
    unrealised_loss_account: str = _account(
        msg("Account for unrealised exchange losses"),
        msg("Losses of a revaluation, which is reversed the day after."),
    )
    suspense_account: str = _account(
        msg("Suspense account"),
        msg("Takes what is not explained yet. It should be empty when a month is closed."),
    )
    cash_rounding_account: str = _account(
        msg("Account for rounding of payments"),
        msg("Small differences that rounding leaves."),
    )
    retained_earnings_account: str = _account(
        msg("Account for retained earnings"),
        msg("Results of earlier years."),
    )
    result_account: _Code = field(
        default="Equity:Result carried forward",
        metadata=_words(
            msg("Account of results carried forward"),
            msg("The other side of what the year end moves to retained earnings."),
        ),
    )
    carries_result: bool = field(
        default=False,
        metadata=_words(
            msg("Carry the result at year end"),
            msg("Asks, when a year's last month is closed, for the entry to retained earnings."),
        ),
    )
    accrued_expense_account: str = _account(
        msg("Account of accrued expenses"),
        msg("What suppliers have delivered and not billed yet."),
    )
    accrued_income_account: str = _account(
        msg("Account of accrued income"),
        msg("What customers have received and were not billed yet."),
    )
    opening_account: str = _account(
        msg("Account for opening balances"),
        msg("The other side of balances taken over from another system. It ends at zero."),
    )
    vat_input_account: str = _account(
        msg("Account of recoverable VAT"),
        msg("VAT paid on purchases."),
    )
    vat_output_account: str = _account(
        msg("Account of VAT payable"),
        msg("VAT charged on sales."),
    )
    deferred_revenue_account: str = _account(
        msg("Account for deferred revenue"),
        msg("Revenue that is invoiced and not earned yet."),
    )
    defers_revenue: bool = field(
        default=True,
        metadata=_words(
            msg("Put off revenue that is invoiced ahead"),
            msg(
                "What an invoice asks for later months, as of a year paid in advance, is revenue"
                " in those months."
            ),
        ),
    )
    prepaid_expense_account: str = _account(
        msg("Account for prepaid expenses"),
        msg("Expenses that are paid and belong to later months."),
    )
    bank_charges_account: str = _account(
        msg("Account for bank charges"),
        msg("What banks keep of payments and cheques."),
    )
    discount_allowed_account: str = _account(
        msg("Account for discounts given"),
        msg("What customers save who pay early."),
    )
    discount_received_account: str = _account(
        msg("Account for discounts received"),
        msg("What is saved by paying suppliers early."),
    )
    cheques_in_hand_account: str = _account(
        msg("Account of cheques in hand"),
        msg("Cheques of customers that are not with the bank yet."),
    )
    cheques_under_collection_account: str = _account(
        msg("Account of cheques under collection"),
        msg("Cheques that the bank has taken in and not paid yet."),
    )
    cheques_issued_account: str = _account(
        msg("Account of cheques issued"),
        msg("Cheques given to suppliers that were not presented yet."),
    )
    cheques_presented_account: str = _account(
        msg("Account of cheques presented"),
        msg("Cheques that a supplier has handed in and the bank has not paid yet."),
    )
    stock_account: str = _account(
        msg("Account of stock"),
        msg("Goods that are kept for sale."),
    )
    received_account: str = _account(
        msg("Account of goods received, not billed"),
        msg("Between a receipt and the supplier's bill."),
    )
    cost_account: str = _account(
        msg("Account for the cost of goods sold"),
        msg("What goods cost that customers received."),
    )
    price_difference_account: str = _account(
        msg("Account for price differences"),
        msg("Between receipt and bill, of goods that are gone by then."),
    )
    stock_difference_account: str = _account(
        msg("Account for differences of stock"),
        msg("What counts find more or less, and scrap."),
    )
    landed_cost_account: str = _account(
        msg("Account of landed costs"),
        msg("Freight and duties until they go onto the goods."),
    )
    own_use_account: str = _account(
        msg("Account for own use of goods"),
        msg("Goods that the company used up itself."),
    )
    sales_account: str = _account(
        msg("Account for sales"),
        msg("Where nothing else says which account."),
    )
    sales_returns_account: str = _account(
        msg("Account for sales returns"),
        msg("What credit notes take back."),
    )
    purchase_account: str = _account(
        msg("Account for purchases"),
        msg("Products that no stock is kept of."),
    )
    expense_account: str = _account(
        msg("Account for other purchases"),
        msg("Lines of bills without a product."),
    )
    customer_advances_account: str = _account(
        msg("Account of advances from customers"),
        msg("Invoiced before anything is delivered."),
    )
    supplier_advances_account: str = _account(
        msg("Account of advances to suppliers"),
        msg("Billed before anything is received."),
    )
    gift_card_account: str = _account(
        msg("Account of gift cards"),
        msg("Gift cards sold and not redeemed."),
    )
    gift_card_breakage_account: str = field(
        default="",
        metadata=_words(msg("Account of unused gift cards"), msg("Left on cards that expired.")),
    )
    loyalty_account: str = field(
        default="",
        metadata=_words(msg("Account of loyalty points"), msg("Earned by sales, and not used.")),
    )
    interbranch_account: str = _account(
        msg("Inter-branch account"),
        msg("Where transfers between branches meet; over all branches it is zero."),
    )
    dunning_income_account: str = _account(
        msg("Account for reminder fees"),
        msg("Fees and interest that customers are charged for paying late."),
    )
    early_discount_on: Literal["gross", "net"] = field(
        default="gross",
        metadata=_words(
            msg("Early-payment discount"),
            msg(
                "gross: a percentage of the whole invoice, and the VAT shrinks with it."
                " net: a percentage of the price alone, and the VAT stays as invoiced."
            ),
        ),
    )
    credit_policy: Literal["none", "warn", "stop"] = field(
        default="warn",
        metadata=_words(
            msg("Credit limits"),
            msg(
                "What happens when a sale would exceed a customer's limit: nothing, a question"
                " that whoever posts answers, or a stop until somebody approves it."
            ),
        ),
    )
    ageing_days: Annotated[str, Field(pattern=r"^\s*\d{1,4}(\s*,\s*\d{1,4}){0,7}\s*$")] = field(
        default="30, 60, 90",
        metadata=_words(
            msg("Ages in reports"),
            msg("Days at which a new column begins, such as 30, 60, 90."),
        ),
    )


OPTIONS = OptionSet(AccountingOptions, msg("Accounting"))
