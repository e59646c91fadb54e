"""What a company decides about its stock."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
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


@dataclass(frozen=True, slots=True)
class OperationOptions:
    """How goods are promised, moved, counted and ordered again."""

    reserve: Literal["at_once", "by_date", "by_hand"] = field(
        default="at_once",
        metadata=_words(
            msg("Reserve goods"),
            msg(
                "at_once: as soon as they are ordered. by_date: some days before they are"
                " wanted. by_hand: when somebody says so."
            ),
        ),
    )
    reserve_days: int = field(
        default=3,
        metadata=_words(
            msg("Days before, when goods are reserved by date"),
            msg("What is wanted within so many days is reserved every night."),
        ),
    )
    expiry_days: int = field(
        default=30,
        metadata=_words(
            msg("Tell of lots that expire within days"), msg("0 tells only of what has expired.")
        ),
    )
    count_limit: Decimal = field(
        default=Decimal(1000),
        metadata=_words(
            msg("Differences of a count up to which nobody approves"),
            msg("In the company's currency, gains and losses added up."),
        ),
    )
    cover_days: int = field(
        default=14,
        metadata=_words(
            msg("Days that an order should last"),
            msg("For proposed minimum and maximum quantities, from what went out lately."),
        ),
    )
    receipt_number: str = field(
        default="IN/{year}/{number:05}",
        metadata=_words(msg("Numbers of receipts"), msg("Such as IN/{year}/{number:05}.")),
    )
    delivery_number: str = field(
        default="OUT/{year}/{number:05}",
        metadata=_words(msg("Numbers of deliveries"), msg("Such as OUT/{year}/{number:05}.")),
    )
    return_number: str = field(
        default="RET/{year}/{number:05}",
        metadata=_words(msg("Numbers of returns"), msg("Such as RET/{year}/{number:05}.")),
    )
    internal_number: str = field(
        default="INT/{year}/{number:05}",
        metadata=_words(
            msg("Numbers of internal transfers"), msg("Such as INT/{year}/{number:05}.")
        ),
    )
    scrap_number: str = field(
        default="SCR/{year}/{number:05}",
        metadata=_words(
            msg("Numbers of scrap and own use"), msg("Such as SCR/{year}/{number:05}.")
        ),
    )
    gs1_prefix: str = field(
        default="",
        metadata=_words(
            msg("GS1 company prefix"),
            msg("With it packages are numbered by an SSCC, which every partner can read."),
        ),
    )
    first_sscc: int = field(
        default=1,
        metadata=_words(
            msg("First serial number of packages"),
            msg("Where other programs have numbered packages with this prefix before."),
        ),
    )
    package_number: str = field(
        default="PK{number:06}",
        metadata=_words(
            msg("Numbers of packages without a GS1 prefix"), msg("Such as PK{number:06}.")
        ),
    )
    direct_number: str = field(
        default="DIR/{year}/{number:05}",
        metadata=_words(
            msg("Numbers of goods from suppliers to customers"),
            msg("Such as DIR/{year}/{number:05}."),
        ),
    )
    count_number: str = field(
        default="CNT/{year}/{number:05}",
        metadata=_words(msg("Numbers of counts"), msg("Such as CNT/{year}/{number:05}.")),
    )


OPERATIONS = OptionSet(OperationOptions, msg("Operations of inventory"))
