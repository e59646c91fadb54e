"""What a company decides about its VAT."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from core.api import OptionSet, msg


def _words(title: str, help_text: str) -> dict[str, str]:
    return {"title": title, "help": help_text}


@dataclass(frozen=True, slots=True)
class VatOptions:
    """Settings of VAT. Accounts and journals are named by their codes."""

    country: Literal["", "SA", "AE", "BD"] = field(
        default="",
        metadata=_words(
            msg("Country of registration"),
            msg("SA, AE or BD; empty anywhere else. Decides the form of the return."),
        ),
    )
    tax_number: str = field(
        default="",
        metadata=_words(
            msg("Tax registration number"),
            msg("VAT number in Saudi Arabia, TRN in the Emirates, BIN in Bangladesh."),
        ),
    )
    months: Annotated[int, Field(ge=1, le=12)] = field(
        default=3,
        metadata=_words(msg("Months of a return"), msg("1 for every month, 3 for every quarter.")),
    )
    first_month: Annotated[int, Field(ge=1, le=12)] = field(
        default=1,
        metadata=_words(
            msg("A tax period begins in month"),
            msg("2 where quarters are February to April and so on."),
        ),
    )
    rounding: Literal["line", "document"] = field(
        default="document",
        metadata=_words(
            msg("Rounding"),
            msg("line: tax is rounded on every line. document: once for each tax of a document."),
        ),
    )
    tolerance: Annotated[Decimal, Field(ge=0, le=100)] = field(
        default=Decimal("0.05"),
        metadata=_words(
            msg("Allowed difference"),
            msg(
                "How far the tax of an entry may be from rate times base, beside half a unit for"
                " each line that was rounded."
            ),
        ),
    )
    payable_account: str = field(
        default="",
        metadata=_words(
            msg("Account of the tax authority"),
            msg("Takes what is due when a return is filed, until it is paid."),
        ),
    )
    settlement_journal: Annotated[str, Field(min_length=1)] = field(
        default="GEN", metadata=_words(msg("Journal of filed returns"), msg("Its code."))
    )
    remind_days: Annotated[int, Field(ge=0, le=60)] = field(
        default=10,
        metadata=_words(
            msg("Days of notice"),
            msg("So long before a return is due the start page speaks of it."),
        ),
    )


OPTIONS = OptionSet(VatOptions, msg("VAT"))
