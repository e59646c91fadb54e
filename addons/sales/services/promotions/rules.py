"""Promotions and baskets as values: what the decision is made from, and what it says.

They know no database, go into JSON and come back as they were, so that a till decides without a
network as the server does. Quantities are in stock units, amounts in the basket's currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter

from addons.sales.services.amounts import HUNDRED, ZERO

Kind = Literal["percent", "amount", "buy_get", "bundle", "gift"]
Stacking = Literal["any", "lines", "alone"]
"""Whether a promotion goes with others: with any, with none on the same line, or with none."""
Use = Literal["counts", "gives", "except"]
Outcome = Literal[
    "applied",
    "offered",
    "period",
    "weekday",
    "hour",
    "hour_unknown",
    "currency",
    "customer",
    "coupon",
    "spent",
    "spent_by_customer",
    "alone",
    "products",
    "taken",
    "threshold",
    "no_benefit",
]
"""What became of a promotion: it gave something, it offers a product that is not there yet, or the
first condition that was not met. "alone": an earlier one, or it itself, goes with no other;
"taken": its lines have one that goes with no other."""


@dataclass(frozen=True, slots=True)
class Target:
    """A product, or all of a category with those below it, or of a brand. What counts is bought,
    what gives gets cheaper; without any that gives, what counts does. `quantity` is how many a
    bundle has of it."""

    use: Use = "counts"
    product_id: int | None = None
    category_id: int | None = None
    brand_id: int | None = None
    quantity: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Tier:
    """What is given from this quantity and this amount on: a percentage, an amount (of a bundle:
    its price), or so many units, of `product_id` where it is a gift."""

    min_quantity: Decimal = ZERO
    min_amount: Decimal = ZERO
    percent: Decimal = HUNDRED
    amount: Decimal = ZERO
    get_quantity: Decimal = ZERO
    product_id: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A promotion. Empty conditions hold for everything. Promotions are tried by ascending
    priority, then by id. `repeats` gives an amount or a gift anew for each time the threshold is
    reached; `max_times` bounds how often, and how many sets of the other kinds there are."""

    id: int
    name: str
    kind: Kind
    tiers: tuple[Tier, ...]
    targets: tuple[Target, ...] = ()
    priority: int = 10
    stacking: Stacking = "any"
    currency: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    weekdays: tuple[int, ...] = ()
    from_time: time | None = None
    until_time: time | None = None
    contacts: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    price_lists: tuple[str, ...] = ()
    needs_coupon: bool = False
    repeats: bool = False
    max_times: int | None = None
    max_discount: Decimal | None = None
    skips_discounted: bool = False


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A line as promotions see it. `key` names it in the answer, `amount` is what it comes to
    before promotions, `price_list` where its price is from, `discounted` that it bears a discount
    already."""

    key: str
    product_id: int | None
    quantity: Decimal
    amount: Decimal
    category_ids: tuple[int, ...] = ()
    brand_id: int | None = None
    price_list: str = ""
    discounted: bool = False


@dataclass(frozen=True, slots=True)
class CouponShown:
    """A coupon that counts: it was looked at before, and is good."""

    promotion_id: int
    code: str


@dataclass(frozen=True, slots=True)
class Basket:
    """What is bought. `step` is the smallest amount of the currency; `clock` is the hour where the
    company is, None where nobody knows it. `contacts` are the customer and the company where he
    works, `groups` those of either. Promotions in `spent` were used as often as they can
    be, those in `spent_by_customer` by this customer."""

    lines: tuple[BasketLine, ...]
    currency: str
    step: Decimal
    day: date
    clock: time | None = None
    contacts: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    coupons: tuple[CouponShown, ...] = ()
    spent: tuple[int, ...] = ()
    spent_by_customer: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """What a promotion takes off a line, and for how many units of it."""

    promotion_id: int
    key: str
    amount: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Offer:
    """A gift that is not in the basket yet."""

    promotion_id: int
    product_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a promotion. `has` and `needs` are the quantity or amount where it is a
    threshold that was not reached, `coupon` the code that it was given for."""

    promotion_id: int
    name: str
    outcome: Outcome
    amount: Decimal = ZERO
    has: Decimal = ZERO
    needs: Decimal = ZERO
    measure: Literal["", "quantity", "amount"] = ""
    coupon: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What promotions give on a basket, and what became of each of them."""

    grants: tuple[Grant, ...] = ()
    offers: tuple[Offer, ...] = ()
    judgements: tuple[Judgement, ...] = ()

    def discounts(self) -> dict[str, Decimal]:
        """What is taken off each line, by its key."""
        found: dict[str, Decimal] = {}
        for grant in self.grants:
            found[grant.key] = found.get(grant.key, ZERO) + grant.amount
        return found


Value = TypeVar("Value", Rule, Basket, Decision)


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def as_json(value: Rule | Basket | Decision) -> dict[str, Any]:
    """A value as JSON has it: amounts are texts, days and hours in ISO 8601."""
    return _adapter(type(value)).dump_python(value, mode="json")


def from_json(kind: type[Value], kept: Any) -> Value:
    """The value that `as_json` was given; raises pydantic's ValidationError for anything else."""
    return _adapter(kind).validate_python(kept)
