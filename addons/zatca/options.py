"""What a company decides about its electronic invoices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import Field

from core.api import OptionSet, msg


@dataclass(frozen=True, slots=True)
class ZatcaOptions:
    """Settings of electronic invoicing.

    Documents are kept for six years after the end of the tax period at least (Implementing
    Regulations of the VAT Law, art. 66): one that counts from the invoice adds a year for it.
    """

    keep_years: Annotated[int, Field(ge=7, le=30)] = field(
        default=7,
        metadata={
            "title": msg("Years that electronic invoices are kept"),
            "help": msg(
                "The law wants six after the end of the tax period, eleven for movable and fifteen"
                " for immovable capital assets. Until then the addon cannot be removed."
            ),
        },
    )
    industry: Annotated[str, Field(min_length=1, max_length=64)] = field(
        default="Trade",
        metadata={
            "title": msg("Industry"),
            "help": msg("What the company does, as certificates of its devices say it."),
        },
    )


OPTIONS: Final = OptionSet(ZatcaOptions, msg("ZATCA e-invoicing"))
