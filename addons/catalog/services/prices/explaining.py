"""Why a price is what it is: every list that counted, every rule of it, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.models.prices import PriceList, PriceListParty, PriceRule
from addons.catalog.services.prices.answering import Considered, answers
from addons.catalog.services.prices.finding import prices_for
from addons.catalog.services.prices.naming import rule_title
from addons.catalog.services.prices.questions import PriceFound, PriceQuestion
from addons.contacts.api import contact_names
from core.api import msg, phrase

VERDICTS: Final[Mapping[str, str]] = {
    "won": msg("It won."),
    "period": msg("It does not hold on that day."),
    "unit": msg("It is for another unit."),
    "quantity": msg("It begins at a larger quantity."),
    "beaten": msg("A narrower one comes first."),
    "no cost": msg("The cost of the product is not known."),
    "no base": msg("The price that it starts from is not known."),
    "parts": msg("It counts for the parts of the bundle, each by itself."),
}


@dataclass(frozen=True, slots=True)
class RuleTold:
    """A rule in words, with what became of it."""

    rule_id: int
    title: str
    method: str
    amount: Decimal | None
    percent: Decimal
    won: bool
    verdict: str


@dataclass(frozen=True, slots=True)
class ListTold:
    """A list in words: for whom it was made, what became of it, and its rules."""

    list_id: int
    name: str
    currency: str
    party: str
    verdict: str
    won: bool
    rules: tuple[RuleTold, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A price, and all that was looked at for it, in the order in which it was."""

    found: PriceFound
    sale_price: Decimal
    of_parts: bool
    lists: tuple[ListTold, ...]


def explain(session: Session, question: PriceQuestion) -> Explanation:
    """The price for a question with its story. Errors as in `price_for`."""
    (answer,) = answers(session, [question])
    (found,) = prices_for(session, [question])
    parties = _party_names(session, answer.considered)
    titles = _rule_titles(session, answer.considered)
    told = [
        _told(one, parties[one.standing.party], titles, found.list_id) for one in answer.considered
    ]
    return Explanation(found, answer.product.sale_price, answer.product.of_parts, tuple(told))


def lists_of_contact(session: Session, contact_id: int) -> list[PriceList]:
    """The price lists that were made for this contact itself, past and future ones included."""
    return list(
        session.scalars(
            select(PriceList)
            .join(PriceListParty, PriceListParty.list_id == PriceList.id)
            .where(PriceListParty.contact_id == contact_id)
            .distinct()
            .order_by(PriceList.name)
        )
    )


def rules_of_product(session: Session, product_id: int, limit: int = 20) -> list[PriceRule]:
    """The rules that lists have for this very product."""
    return list(
        session.scalars(
            select(PriceRule)
            .join(PriceList, PriceList.id == PriceRule.list_id)
            .where(PriceRule.product_id == product_id, PriceList.active)
            .order_by(PriceList.name, PriceRule.min_quantity, PriceRule.id)
            .limit(limit)
        )
    )


def _told(
    one: Considered, party: str, titles: Mapping[int, PriceRule], winner: int | None
) -> ListTold:
    won = one.chosen is not None and one.facts.id == winner
    rules = tuple(
        RuleTold(
            judged.rule.id,
            rule_title(titles[judged.rule.id]),
            judged.rule.method,
            judged.rule.amount,
            judged.rule.percent,
            won and judged.verdict == "won",
            VERDICTS[judged.verdict],
        )
        for judged in one.rules
    )
    return ListTold(
        one.facts.id, one.facts.name, one.facts.currency, party, _verdict(one, won), won, rules
    )


def _verdict(one: Considered, won: bool) -> str:
    if won:
        return phrase("The price is from this list.")
    if not one.usable:
        return phrase("It is in {currency}.", currency=one.facts.currency)
    if not one.reached:
        return phrase("A list before it had a price.")
    if not one.rules:
        return phrase("It says nothing about this product.")
    return phrase("None of its prices holds here.")


def _party_names(session: Session, considered: tuple[Considered, ...]) -> dict[str, str]:
    """For whom lists are, in words."""
    words = {one.standing.party for one in considered}
    ids = {word: int(word.partition(":")[2]) for word in words if word.startswith("contact:")}
    names = contact_names(session, ids.values())
    told: dict[str, str] = {
        word: phrase("For {name}", name=names.get(key, "")) for word, key in ids.items()
    }
    for word in words:
        if word.startswith("group:"):
            told[word] = phrase("For the group")
        elif word == "all":
            told[word] = phrase("For everybody")
    return told


def _rule_titles(session: Session, considered: tuple[Considered, ...]) -> dict[int, PriceRule]:
    ids = {judged.rule.id for one in considered for judged in one.rules}
    found = session.scalars(select(PriceRule).where(PriceRule.id.in_(ids)))
    return {rule.id: rule for rule in found}
