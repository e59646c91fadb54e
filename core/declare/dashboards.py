"""What an addon puts on the start page: figures with their trend, charts, short lists, and steps
that a new company has before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from core.declare.rights import Permission, msg

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Amount:
    """One figure: money where a `currency` is given, a plain number otherwise. `before` is the
    same figure of the time that it is compared with, if there is a trend to tell."""

    value: Decimal | int
    currency: str = ""
    before: Decimal | int | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a chart. `at` is a date, told as its period, or a name; points of the same
    `series` are one colour; each `currency` has a chart of its own. `url` leads to what is behind
    it."""

    at: date | str
    amount: Decimal | int
    series: str = ""
    currency: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Base of what can stand on the start page. `name` begins with the addon's name.

    `reads` names the resources that it is worked out from, `accounting.entries`: when one of them
    changes, the card refreshes itself on every open page. `url` is where its title leads. A card
    that is not `shown` is offered and not on the page at first. A `slow` one is fetched after the
    page; any other is, too, where the page would have to wait for it.
    """

    name: str
    title: str
    help: str = ""
    url: str = ""
    reads: tuple[str, ...] = ()
    order: int = 100
    shown: bool = True
    wide: bool = False
    slow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureCard(Card):
    """A figure, one for each currency, with its trend in words and as an arrow.

    `compared` says with what, to follow "more than": "in the month before". `good` says which way
    is a good one, which colours the arrow.
    """

    permission: Permission
    figures: Callable[[Session], Iterable[Amount]]
    compared: str = msg("in the month before")
    good: Literal["more", "less", ""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartCard(Card):
    """A chart of points. Dates among them are told by the period `by` that they begin."""

    permission: Permission
    points: Callable[[Session], Iterable[Point]]
    kind: Literal["bar", "line", "pie"] = "bar"
    by: Literal["day", "week", "month", "quarter", "year"] = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCard(Card):
    """The first records of a resource: those of `where` in the order of `sort`, both as a list's
    address has them. Without `columns` it shows the list's first few. Who may read the resource
    sees it, with the records that are theirs to see."""

    resource: str
    where: tuple[tuple[str, str], ...] = ()
    sort: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    limit: int = 5


@dataclass(frozen=True, slots=True)
class OnboardingStep:
    """Something that a new company, or a new user, should see to: shown on the start page to
    those who hold the permission until it is `done(session)`, or they wave it aside.

    `name` begins with the addon's name; `url` is where it is done.
    """

    name: str
    title: str
    help: str
    url: str
    permission: Permission
    done: Callable[[Session], bool]
    order: int = 100
