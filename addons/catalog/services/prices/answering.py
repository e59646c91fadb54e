"""Answers questions about prices, with how each price came about.

However many questions there are, three statements answer them: where the contacts belong, which
lists count, and the products with their rules. Units, costs and rates are asked only where one
needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.services.costs import unit_costs
from addons.catalog.services.prices.choosing import (
    Chosen,
    Figures,
    Judged,
    Wanted,
    price_in_list,
)
from addons.catalog.services.prices.lists import ListFacts, ListsFound, Standing, lists_for
from addons.catalog.services.prices.questions import ZERO, PriceFound, PriceQuestion
from addons.catalog.services.prices.rounding import EXACT, price_digits, to_digits
from addons.catalog.services.prices.rules import Priced, products_with_rules
from addons.catalog.services.trading import company_currency, rate_on
from addons.catalog.services.units import units
from core.api import AppError, InvalidInput, phrase

_COST_METHODS: Final = ("markup", "margin")
_MOST_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Considered:
    """A list that counted, in its turn: what became of its rules, and its price if it had one.
    `reached` says whether its turn came at all; `usable` whether its currency allowed it."""

    standing: Standing
    facts: ListFacts
    reached: bool
    usable: bool
    chosen: Chosen | None
    rules: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A price with how it came about: each list that counts, the nearest first. One of the unit
    that was asked for is `factor` stock units."""

    found: PriceFound
    product: Priced
    factor: Decimal
    considered: tuple[Considered, ...]


def answers(session: Session, questions: Sequence[PriceQuestion]) -> list[Answer]:
    """The prices with how each of them came about."""
    if not questions:
        return []
    found = lists_for(session, {(one.contact_id, one.day) for one in questions})
    products = products_with_rules(session, {one.product_id for one in questions}, found.lists)
    factor = _factors(session, questions, products)
    cost = _costs(session, products)
    money = company_currency(session)
    told = []
    for place, question in enumerate(questions):
        product = products.get(question.product_id)
        if product is None:
            raise InvalidInput.of(_at(questions, place), phrase("There is no such product."))
        wanted = Wanted(
            product,
            question.day,
            question.unit_id or product.unit_id,
            abs(question.quantity),
            factor(place),
        )
        convert = _converter(session, question.day, money)
        told.append(_answer(question, wanted, found, Figures(found.lists, cost, convert, money)))
    return told


def _answer(question: PriceQuestion, wanted: Wanted, lists: ListsFound, figures: Figures) -> Answer:
    considered: list[Considered] = []
    price: PriceFound | None = None
    for standing in _in_turn(lists, question, figures.company_currency):
        facts = lists.lists[standing.list_id]
        usable = facts.currency in (question.currency, figures.company_currency)
        if price is not None or not usable:
            considered.append(Considered(standing, facts, price is None, usable, None, ()))
            continue
        chosen, rules = price_in_list(wanted, standing.list_id, figures)
        considered.append(Considered(standing, facts, True, True, chosen, rules))
        if chosen is not None:
            price = _told(question, wanted, facts, chosen, figures)
    if price is None:
        price = _sale_price(question, wanted, figures)
    return Answer(price, wanted.product, wanted.factor, tuple(considered))


def _in_turn(lists: ListsFound, question: PriceQuestion, money: str) -> list[Standing]:
    """The lists that count, the nearest first; for each party the one in the currency asked for
    before the one in the company's, and others last."""
    order = {question.currency: 0, money: 1}

    def turn(one: Standing) -> tuple[int, int, int]:
        currency = lists.lists[one.list_id].currency
        place = 0 if question.currency == currency else order.get(currency, 2)
        return (one.place, place, one.list_id)

    return sorted(lists.standings[(question.contact_id, question.day)], key=turn)


def _told(
    question: PriceQuestion, wanted: Wanted, facts: ListFacts, chosen: Chosen, figures: Figures
) -> PriceFound:
    """The price of a list as it is asked for: per unit, in the currency, its discount shown or
    taken off already."""
    shows = facts.shows_discount and chosen.full != chosen.price
    amount = chosen.full if shows else chosen.price
    with localcontext(EXACT):
        amount = amount if chosen.per_rule_unit else amount * wanted.factor
    price = _in_currency(amount, facts.currency, question.currency, facts.digits, figures)
    percent = chosen.rule.percent if shows else ZERO
    return PriceFound(price, facts.id, facts.name, percent, chosen.rule.id)


def _sale_price(question: PriceQuestion, wanted: Wanted, figures: Figures) -> PriceFound:
    with localcontext(EXACT):
        amount = wanted.product.sale_price * wanted.factor
    return PriceFound(
        _in_currency(amount, figures.company_currency, question.currency, None, figures)
    )


def _in_currency(
    amount: Decimal, source: str, target: str, digits: int | None, figures: Figures
) -> Decimal:
    """An amount in the currency asked for. What was converted has the list's decimals; what was
    not keeps those it was fixed with, at most six."""
    converted = figures.convert(amount, source, target)
    if converted is None:
        raise InvalidInput.of(
            "currency",
            phrase("The price is in {source}, and no rate to {target} is known.",
                   source=source, target=target),
            fix=phrase("Enter the rate of the day, or a price list in {target}.", target=target),
        )  # fmt: skip
    if source != target:
        return to_digits(converted, price_digits(digits, target))
    exponent = converted.as_tuple().exponent
    too_long = isinstance(exponent, int) and exponent < -_MOST_DIGITS
    return to_digits(converted, _MOST_DIGITS) if too_long else converted


def _factors(
    session: Session, questions: Sequence[PriceQuestion], products: dict[int, Priced]
) -> Callable[[int], Decimal]:
    """How many stock units one unit of each question is."""
    own = {key: one.unit_id for key, one in products.items()}
    others = [one for one in questions if one.unit_id not in (None, own.get(one.product_id))]
    known = units(session) if others else {}

    def factor(place: int) -> Decimal:
        question = questions[place]
        stock = own[question.product_id]
        if question.unit_id is None or question.unit_id == stock:
            return Decimal(1)
        given = known.get(question.unit_id)
        if given is None or given.category_id != known[stock].category_id:
            raise InvalidInput.of(
                _at(questions, place, "unit_id"),
                phrase("The product is not sold in this unit."),
                fix=phrase("Choose a unit that converts into its stock unit."),
            )
        with localcontext(EXACT):
            return given.factor / known[stock].factor

    return factor


def _costs(session: Session, products: dict[int, Priced]) -> Callable[[int], Decimal | None]:
    """What stock units cost, asked only for products that a rule wants to know it of."""
    asked = {
        key
        for key, one in products.items()
        if any(rule.method in _COST_METHODS for rule in one.rules)
    }
    known = unit_costs(session, asked) if asked else {}
    return known.get


def _converter(
    session: Session, day: date, money: str
) -> Callable[[Decimal, str, str], Decimal | None]:
    """Amounts of one currency in another, by the rates of that day."""

    def rate(currency: str) -> Decimal | None:
        if currency == money:
            return Decimal(1)
        try:
            return rate_on(session, currency, day)
        except AppError:
            return None

    def convert(amount: Decimal, source: str, target: str) -> Decimal | None:
        if source == target or not amount:
            return amount
        one, other = rate(source), rate(target)
        if one is None or other is None:
            return None
        with localcontext(EXACT):
            return amount * one / other

    return convert


def _at(questions: Sequence[PriceQuestion], place: int, field: str = "product_id") -> str:
    return field if len(questions) == 1 else f"lines.{place}.{field}"
