"""What a company decides about its customers' portal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from core.api import OptionSet, msg


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
            "help": msg("Bank, account holder, IBAN: shown to customers who pay by transfer."),
        },
    )


PORTAL_OPTIONS = OptionSet(PortalOptions, msg("Customer portal"))
