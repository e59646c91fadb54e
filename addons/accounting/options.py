"""What a company decides about its books."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from core.api import OptionSet, msg

_Code = Annotated[str, Field(min_length=1)]


def _words(title: str, help_text: str) -> dict[str, str]:
    return {"title": title, "help": help_text}


@dataclass(frozen=True, slots=True)
class AccountingOptions:
    """Settings of accounting. Journals and accounts are named by their codes.

    The three accounts are made when they are first needed. All are equity, so that they change
    neither the result nor what is owned and owed.
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


OPTIONS = OptionSet(AccountingOptions, msg("Accounting"))
