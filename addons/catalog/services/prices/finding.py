"""What a product costs a customer: for one line, or for all lines of a document at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, localcontext

from sqlalchemy.orm import Session

from addons.catalog.services.bundles import price_of_parts, priced_by_parts
from addons.catalog.services.prices.answering import Answer, answers
from addons.catalog.services.prices.questions import ZERO, PriceFound, PriceQuestion
from addons.catalog.services.prices.rounding import EXACT, price_digits, to_digits


def price_for(session: Session, question: PriceQuestion) -> PriceFound:
    """The price that holds for a product, by the price lists of the contact or by its sale price.

    Raises InvalidInput for a product or unit that there is not, and where the price is in another
    currency for which no rate is known.
    """
    return prices_for(session, [question])[0]


def prices_for(session: Session, questions: Sequence[PriceQuestion]) -> list[PriceFound]:
    """The prices for these questions, in their order; as `price_for`, in as few statements."""
    told = answers(session, questions)
    bundles = {
        place
        for place, answer in enumerate(told)
        if answer.product.of_parts and answer.found.list_id is None
    }
    summed = _by_parts(session, questions, bundles, told) if bundles else {}
    return [summed.get(place, answer.found) for place, answer in enumerate(told)]


def _by_parts(
    session: Session, questions: Sequence[PriceQuestion], places: set[int], told: Sequence[Answer]
) -> dict[int, PriceFound]:
    """The prices of bundles that no list has a price for, from those of their parts."""
    bundles = priced_by_parts(session, {questions[place].product_id for place in places})
    wanted = [
        (place, part)
        for place in sorted(places)
        for part in bundles.get(questions[place].product_id, ((), ZERO))[0]
    ]
    asked = [
        replace(
            questions[place],
            product_id=part.product_id,
            quantity=part.quantity * questions[place].quantity * told[place].factor,
            unit_id=None,
        )
        for place, part in wanted
    ]
    prices: dict[int, dict[int, Decimal]] = {}
    for (place, part), answer in zip(wanted, answers(session, asked), strict=True):
        prices.setdefault(place, {})[part.product_id] = answer.found.net
    summed = {}
    for place, by_product in prices.items():
        parts, percent = bundles[questions[place].product_id]
        with localcontext(EXACT):
            price = price_of_parts(parts, percent, by_product) * told[place].factor
        summed[place] = PriceFound(to_digits(price, price_digits(None, questions[place].currency)))
    return summed
