"""What a company decides about its tills."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from core.api import OptionSet, msg, phrase

Offline = Literal["never", "online", "last_known"]
"""Whether tills take what only the server knows for sure: not at all, after asking it, or, without
a network, by what they last heard of it."""

_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def addresses_in(written: str) -> list[str]:
    """The e-mail addresses in a text that has commas between several."""
    return [one.strip() for one in written.split(",") if one.strip()]


def _addresses(written: str) -> str:
    for one in addresses_in(written):
        if not _ADDRESS.fullmatch(one):
            raise ValueError(phrase("“{text}” is not an e-mail address.", text=one[:100]))
    return written


@dataclass(frozen=True, slots=True)
class TillOptions:
    """Settings of the point of sale."""

    clock_minutes: Annotated[int, Field(ge=1, le=1440)] = field(
        default=10,
        metadata={
            "title": msg("Minutes by which a till's clock may be ahead"),
            "help": msg("What a till says it did later than that is booked today, and marked."),
        },
    )
    ancient_days: Annotated[int, Field(ge=1, le=3650)] = field(
        default=90,
        metadata={
            "title": msg("Days that a till may have been without a network"),
            "help": msg("What it did earlier than that is booked all the same, and marked."),
        },
    )
    points: Offline = field(
        default="online",
        metadata={
            "title": msg("Loyalty points pay at tills"),
            "help": msg(
                "never: they do not. online: while the till can ask what there is. last_known:"
                " without a network too, up to what it last heard and what the programme allows."
                " What is missing when the sale comes in is owed by the customer, and marked."
            ),
        },
    )
    coupons: Offline = field(
        default="online",
        metadata={
            "title": msg("Coupons hold at tills"),
            "help": msg(
                "never: they do not. online: while the till can ask whether one is good."
                " last_known: without a network too, where its code or the beginning of its code is"
                " known. One that was used already is marked when the sale comes in."
            ),
        },
    )
    day_mail_to: Annotated[str, Field(max_length=1000), AfterValidator(_addresses)] = field(
        default="",
        metadata={
            "title": msg("Mail about each day goes to"),
            "help": msg(
                "After midnight, one mail for each branch whose tills sold; commas between several"
                " addresses. Nobody gets one while this is empty."
            ),
        },
    )


OPTIONS: Final = OptionSet(TillOptions, msg("Point of sale"))
