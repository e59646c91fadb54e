"""What a company decides about its tills."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import Field

from core.api import OptionSet, msg


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


OPTIONS: Final = OptionSet(TillOptions, msg("Point of sale"))
