"""What a company decides about its purchases."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field

from core.api import OptionSet, msg

Percent = Annotated[Decimal, Field(ge=0, le=100)]
Weight = Annotated[int, Field(ge=0, le=100)]


def _words(title: str, help_text: str = "") -> dict[str, str]:
    return {"title": title, "help": help_text} if help_text else {"title": title}


_PATTERN: Final = msg("{year}, {month} and {number:05} take the place of figures.")


@dataclass(frozen=True, slots=True)
class PurchasesOptions:
    """Settings of purchases. Amounts are in the company's currency, tolerances in percent."""

    approvals: bool = field(
        default=False,
        metadata=_words(
            msg("Orders need an approval"),
            msg("Who may approve how much stands under approval limits."),
        ),
    )
    approval_from: Annotated[Decimal, Field(ge=0)] = field(
        default=Decimal(0),
        metadata=_words(
            msg("Approval from an amount of"),
            msg("With taxes, in the company's currency. Smaller orders approve themselves."),
        ),
    )
    own_approval: bool = field(
        default=True,
        metadata=_words(
            msg("Buyers may approve their own orders"),
            msg("Within their limit. Switched off, it takes a second pair of eyes."),
        ),
    )
    over_tolerance: Percent = field(
        default=Decimal(0),
        metadata=_words(
            msg("More may be received"),
            msg("Percent of the quantity ordered, where the order's line says nothing else."),
        ),
    )
    under_tolerance: Percent = field(
        default=Decimal(0),
        metadata=_words(
            msg("Less counts as complete"),
            msg("A line of which no more than this percentage is missing is complete."),
        ),
    )
    match: Literal["receipt", "order"] = field(
        default="receipt",
        metadata=_words(
            msg("Bills are matched with"),
            msg("receipt: order, receipt and bill must agree. order: only order and bill."),
        ),
    )
    price_tolerance: Percent = field(
        default=Decimal(0),
        metadata=_words(
            msg("A bill's price may be higher by"), msg("Percent of the price ordered.")
        ),
    )
    quantity_tolerance: Percent = field(
        default=Decimal(0),
        metadata=_words(
            msg("A bill's quantity may be higher by"), msg("Percent of the quantity received.")
        ),
    )
    missing_reference: Literal["ask", "required", "accept"] = field(
        default="ask",
        metadata=_words(
            msg("A bill without the supplier's number"),
            msg("ask: whoever posts it is asked. required: it is refused. accept: it is posted."),
        ),
    )
    block_payment: bool = field(
        default=True,
        metadata=_words(
            msg("Pay only what should be paid"),
            msg("A bill that differs is paid once somebody has released it."),
        ),
    )
    weight_time: Weight = field(
        default=40, metadata=_words(msg("Supplier score: weight of being on time"))
    )
    weight_quantity: Weight = field(
        default=20, metadata=_words(msg("Supplier score: weight of complete quantities"))
    )
    weight_price: Weight = field(
        default=20, metadata=_words(msg("Supplier score: weight of kept prices"))
    )
    weight_quality: Weight = field(
        default=20, metadata=_words(msg("Supplier score: weight of what was not returned"))
    )
    expense_account: str = field(
        default="",
        metadata=_words(
            msg("Account whose budget orders commit"),
            msg("Its code. Lines of orders may name another one. Empty commits nothing."),
        ),
    )
    request_numbers: str = field(
        default="PR/{year}/{number:05}", metadata=_words(msg("Numbers of requests"), _PATTERN)
    )
    quotation_numbers: str = field(
        default="RFQ/{year}/{number:05}",
        metadata=_words(msg("Numbers of requests for quotation"), _PATTERN),
    )
    agreement_numbers: str = field(
        default="PA/{year}/{number:05}", metadata=_words(msg("Numbers of agreements"), _PATTERN)
    )
    order_numbers: str = field(
        default="PO/{year}/{number:05}", metadata=_words(msg("Numbers of orders"), _PATTERN)
    )
    receipt_numbers: str = field(
        default="GR/{year}/{number:05}", metadata=_words(msg("Numbers of receipts"), _PATTERN)
    )
    return_numbers: str = field(
        default="RTS/{year}/{number:05}",
        metadata=_words(msg("Numbers of returns to suppliers"), _PATTERN),
    )
    bill_numbers: str = field(
        default="BILL/{year}/{number:05}", metadata=_words(msg("Numbers of bills"), _PATTERN)
    )
    debit_note_numbers: str = field(
        default="DN/{year}/{number:05}", metadata=_words(msg("Numbers of debit notes"), _PATTERN)
    )
    payment_numbers: str = field(
        default="SP/{year}/{number:05}", metadata=_words(msg("Numbers of payments"), _PATTERN)
    )


OPTIONS = OptionSet(PurchasesOptions, msg("Purchases"))
