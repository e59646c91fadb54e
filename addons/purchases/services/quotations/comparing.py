"""Answers side by side: what each supplier asks for each line in the company's currency, who is the
cheapest and who the fastest."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.purchases.models import Offer, OfferLine, Quotation, QuotationLine
from addons.purchases.services.rates import require_rate, rounded


@dataclass(frozen=True, slots=True)
class Answer:
    """A supplier's price for a line. `unit_price` and `amount` are after discount, in the company's
    currency; `days` until it is there; `enough` says whether the whole quantity is offered."""

    line: OfferLine
    offer: Offer
    unit_price: Decimal
    amount: Decimal
    days: int | None
    enough: bool
    cheapest: bool = False
    fastest: bool = False


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """A line that was asked for, with the answer of each supplier, None where there is none."""

    line: QuotationLine
    answers: tuple[Answer | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of a request: its suppliers, its lines, and what each asks for everything they offer.
    `whole` says who offers every line."""

    currency: str
    offers: tuple[Offer, ...]
    lines: tuple[ComparedLine, ...]
    totals: tuple[Decimal, ...]
    whole: tuple[bool, ...]


def compare(session: Session, quotation: Quotation) -> Comparison:
    """The answers of a request side by side. Raises InvalidInput where an offer's currency has no
    rate."""
    currency = company_currency(session)
    offers = tuple(offer for offer in quotation.offers if offer.state == "answered")
    rates = {
        offer.id: require_rate(
            session, offer.currency, offer.answered_on or quotation.date, offer.rate
        )
        for offer in offers
    }
    lines = tuple(
        ComparedLine(
            line, _marked([_answer(line, offer, rates[offer.id], currency) for offer in offers])
        )
        for line in quotation.lines
    )
    columns = list(zip(*(line.answers for line in lines), strict=True)) if offers else []
    return Comparison(
        currency,
        offers,
        lines,
        tuple(sum((one.amount for one in column if one), Decimal(0)) for column in columns),
        tuple(all(one is not None and one.enough for one in column) for column in columns),
    )


def _answer(asked: QuotationLine, offer: Offer, rate: Decimal, currency: str) -> Answer | None:
    line = next((one for one in offer.lines if one.quotation_line_id == asked.id), None)
    if line is None or line.price is None:
        return None
    unit_price = line.price * (100 - line.discount_percent) / 100 * rate
    quantity = min(asked.quantity, line.available or asked.quantity)
    days = offer.delivery_days if line.delivery_days is None else line.delivery_days
    return Answer(
        line,
        offer,
        unit_price,
        rounded(unit_price * quantity, currency),
        days,
        quantity == asked.quantity,
    )


def _marked(answers: list[Answer | None]) -> tuple[Answer | None, ...]:
    """With the cheapest and the fastest marked; of equals, all."""
    given = [one for one in answers if one is not None]
    price = min((one.unit_price for one in given), default=None)
    days = min((one.days for one in given if one.days is not None), default=None)
    return tuple(
        None
        if one is None
        else Answer(
            one.line,
            one.offer,
            one.unit_price,
            one.amount,
            one.days,
            one.enough,
            one.unit_price == price,
            one.days is not None and one.days == days,
        )
        for one in answers
    )
