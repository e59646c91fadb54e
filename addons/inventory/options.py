"""What a company decides about its stock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from core.api import OptionSet, msg


def _words(title: str, help_text: str) -> dict[str, str]:
    return {"title": title, "help": help_text}


@dataclass(frozen=True, slots=True)
class InventoryOptions:
    """Settings of inventory; a stock rule decides otherwise for a category or a product."""

    method: Literal["fifo", "average", "standard"] = field(
        default="average",
        metadata=_words(
            msg("Cost method"),
            msg(
                "average: moving average. fifo: first in, first out. standard: a price that you"
                " set. Goods in stock keep the method that they have."
            ),
        ),
    )
    per_lot: bool = field(
        default=False,
        metadata=_words(
            msg("Value each lot by itself"),
            msg("Otherwise all goods of a product are valued together."),
        ),
    )
    negative: Literal["forbid", "warn", "allow"] = field(
        default="forbid",
        metadata=_words(
            msg("More goods than there are"),
            msg(
                "forbid: cannot leave. warn: leave with a warning. allow: leave. Their cost is"
                " corrected when the missing goods come in."
            ),
        ),
    )
    backdating: Literal["forbid", "allow"] = field(
        default="allow",
        metadata=_words(
            msg("Moves before the last one of a product"),
            msg(
                "allow: they get their own day, and what they change of later costs is posted as"
                " a revaluation. forbid: they are refused."
            ),
        ),
    )
    valuation_number: str = field(
        default="VAL/{year}/{number:05}",
        metadata=_words(msg("Numbers of revaluations"), msg("Such as VAL/{year}/{number:05}.")),
    )
    landed_cost_number: str = field(
        default="LC/{year}/{number:05}",
        metadata=_words(msg("Numbers of landed costs"), msg("Such as LC/{year}/{number:05}.")),
    )


OPTIONS = OptionSet(InventoryOptions, msg("Inventory"))
