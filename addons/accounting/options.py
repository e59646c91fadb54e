"""What a company decides about its books."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from core.api import OptionSet, msg


@dataclass(frozen=True, slots=True)
class AccountingOptions:
    """Settings of accounting.

    Accounts are named by their codes, and made when they are first needed: where an import
    puts differences within the rounding of the file, the two sides of a currency exchange, and
    the other side of postings that the file declares to have none. All three are equity, so
    that they change neither the result nor what is owned and owed.
    """

    company_currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    fiscal_year_first_month: Annotated[int, Field(ge=1, le=12)] = 1
    default_journal: Annotated[str, Field(min_length=1)] = "GEN"
    rounding_account: Annotated[str, Field(min_length=1)] = "Equity:Rounding differences"
    conversion_account: Annotated[str, Field(min_length=1)] = "Equity:Currency exchange"
    one_sided_account: Annotated[str, Field(min_length=1)] = "Equity:One-sided postings"


OPTIONS = OptionSet(AccountingOptions, msg("Accounting"))
