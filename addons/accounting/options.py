"""What a company decides about its books."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from core.api import OptionSet, msg

_Code = Annotated[str, Field(min_length=1)]


def _told(default: Any, title: str, help: str = "") -> Any:  # noqa: A002, the form's own word
    return field(default=default, metadata={"title": title, "help": help})


@dataclass(frozen=True, slots=True)
class AccountingOptions:
    """Settings of accounting. Journals and accounts are named by their codes.

    The three accounts are made when they are first needed. All are equity, so that they change
    neither the result nor what is owned and owed.
    """

    company_currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = _told(
        "USD", msg("Company currency"), msg("Three letters, such as SAR.")
    )
    fiscal_year_first_month: Annotated[int, Field(ge=1, le=12)] = _told(
        1, msg("First month of the fiscal year"), msg("For years that are set up from now on.")
    )
    default_journal: _Code = _told(
        "GEN", msg("Journal of entries that name none"), msg("Its code.")
    )
    rounding_account: _Code = _told(
        "Equity:Rounding differences",
        msg("Account for rounding"),
        msg("Takes what an imported file leaves open within its own rounding."),
    )
    conversion_account: _Code = _told(
        "Equity:Currency exchange",
        msg("Account for exchanges"),
        msg("Takes the two sides of an imported exchange of which the rate is not known."),
    )
    one_sided_account: _Code = _told(
        "Equity:One-sided postings",
        msg("Account for one-sided postings"),
        msg("Takes the other side of imported postings that are declared to have none."),
    )


OPTIONS = OptionSet(AccountingOptions, msg("Accounting"))
