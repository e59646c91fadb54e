"""What a company decides about its tills."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from pydantic import Field

from core.api import OptionSet, msg

Offline = Literal["never", "online", "last_known"]
"""Whether tills take what only the server knows for sure: not at all, after asking it, or, without
a network, by what they last heard of it."""


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


OPTIONS: Final = OptionSet(TillOptions, msg("Point of sale"))
