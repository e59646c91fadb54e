"""What a company decides about its sales."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from core.api import InvalidInput, OptionSet, msg, require_pattern

Percent = Annotated[Decimal, Field(ge=0, le=100)]


def _pattern(text: str) -> str:
    try:
        require_pattern(text)
    except InvalidInput as error:
        raise ValueError(error.message) from error
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]


def _words(title: str, help_text: str = "") -> dict[str, str]:
    return {"title": title, "help": help_text} if help_text else {"title": title}


_NUMBERS: Final = msg("{year}, {month} and {number:05} take the place of figures.")


@dataclass(frozen=True, slots=True)
class SalesOptions:
    """Settings of sales. Amounts are in the document's currency, tolerances in percent."""

    quote_days: Annotated[int, Field(ge=0, le=3650)] = field(
        default=30,
        metadata=_words(
            msg("Days for which a quotation is valid"), msg("0 for quotations without an end.")
        ),
    )
    invoice_policy: Literal["delivered", "ordered"] = field(
        default="delivered",
        metadata=_words(
            msg("New orders are invoiced by"),
            msg("delivered: what was delivered. ordered: at once. An order may say otherwise."),
        ),
    )
    discount_limit: Percent = field(
        default=Decimal(100),
        metadata=_words(
            msg("Highest discount"),
            msg("In percent, for whoever has no higher limit by a role, nor the right to any."),
        ),
    )
    over_delivery: Percent = field(
        default=Decimal(0),
        metadata=_words(msg("More may be delivered"), msg("Percent of the quantity ordered.")),
    )
    total_rounding: Annotated[Decimal, Field(ge=0, le=1000)] = field(
        default=Decimal(0),
        metadata=_words(
            msg("Totals of invoices are rounded to"),
            msg("0.05 where there are no smaller coins, 1 for whole units; 0 for exact totals."),
        ),
    )
    terms: str = field(
        default="",
        metadata=_words(msg("Terms of sale"), msg("They stand below quotations and invoices.")),
    )
    order_numbers: Pattern = field(
        default="SO/{year}/{number:05}",
        metadata=_words(msg("Numbers of quotations and orders"), _NUMBERS),
    )
    delivery_numbers: Pattern = field(
        default="DEL/{year}/{number:05}", metadata=_words(msg("Numbers of deliveries"), _NUMBERS)
    )
    return_numbers: Pattern = field(
        default="RT/{year}/{number:05}", metadata=_words(msg("Numbers of returns"), _NUMBERS)
    )
    invoice_numbers: Pattern = field(
        default="INV/{year}/{number:05}", metadata=_words(msg("Numbers of invoices"), _NUMBERS)
    )
    credit_note_numbers: Pattern = field(
        default="CN/{year}/{number:05}", metadata=_words(msg("Numbers of credit notes"), _NUMBERS)
    )
    payment_numbers: Pattern = field(
        default="RCT/{year}/{number:05}", metadata=_words(msg("Numbers of payments"), _NUMBERS)
    )
    refund_numbers: Pattern = field(
        default="RFD/{year}/{number:05}", metadata=_words(msg("Numbers of refunds"), _NUMBERS)
    )
    gift_card_numbers: Pattern = field(
        default="GC/{year}/{number:05}", metadata=_words(msg("Numbers of gift cards"), _NUMBERS)
    )
    gift_card_months: Annotated[int, Field(ge=0, le=1200)] = field(
        default=0,
        metadata=_words(
            msg("Months for which a gift card is valid"),
            msg("0 for cards that never expire. Many countries set a least time by law."),
        ),
    )
    gift_card_valid: Literal["posted", "paid"] = field(
        default="paid",
        metadata=_words(
            msg("A gift card pays once its invoice is"),
            msg("paid: nobody spends what was not paid. posted: at once."),
        ),
    )
    gift_card_offline: Annotated[Decimal, Field(ge=0, le=1000000)] = field(
        default=Decimal(0),
        metadata=_words(
            msg("A till without connection may take from a gift card"),
            msg("At the most, in the card's currency; 0 for nothing."),
        ),
    )


OPTIONS = OptionSet(SalesOptions, msg("Sales"))


@dataclass(frozen=True, slots=True)
class PortalOptions:
    """Settings of the portal."""

    link_days: Annotated[int, Field(ge=1, le=730)] = field(
        default=60,
        metadata={
            "title": msg("Days for which a mailed link works"),
            "help": msg(
                "It shows one document. The customer accepts or pays it without an account."
            ),
        },
    )
    pay_ahead: bool = field(
        default=True,
        metadata={
            "title": msg("Customers may pay ahead"),
            "help": msg("For quotations and orders that were not invoiced yet."),
        },
    )
    online_journal: str = field(
        default="",
        metadata={
            "title": msg("Bank or till of online payments"),
            "help": msg("The code of its journal; left empty, the first in the currency."),
        },
    )
    bank_details: str = field(
        default="",
        metadata={
            "title": msg("Bank details"),
            "help": msg(
                "For customers who pay by transfer: bank; account holder; IBAN. What stands between"
                " semicolons gets a line of its own."
            ),
        },
    )


PORTAL_OPTIONS = OptionSet(PortalOptions, msg("Customer portal"))
