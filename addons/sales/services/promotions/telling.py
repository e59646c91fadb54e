"""Why a document costs what it costs: what each promotion gave, and why others did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import Product, get_products
from addons.sales.models import (
    Invoice,
    InvoiceLine,
    OrderLine,
    Promotion,
    PromotionGrant,
    PromotionStory,
    SalesOrder,
)
from addons.sales.services.amounts import ZERO
from addons.sales.services.promotions.rules import Decision, Judgement, Outcome, from_json
from core.api import msg, phrase

_PLAIN: Final[Mapping[Outcome, str]] = {
    "offered": msg("It offers a product that is not on it yet."),
    "period": msg("It does not hold on that day."),
    "weekday": msg("It does not hold on that day of the week."),
    "hour": msg("It does not hold at that hour."),
    "hour_unknown": msg("It holds at some hours, and of another day nobody knows the hour."),
    "currency": msg("It is in another currency."),
    "customer": msg("It is for other customers."),
    "coupon": msg("It needs a coupon."),
    "spent": msg("It was used as often as it goes."),
    "spent_by_customer": msg("This customer used it as often as it goes."),
    "alone": msg("It goes with no other, or another does not."),
    "products": msg("Nothing here is what it is about."),
    "taken": msg("What it is about has a promotion that goes with no other."),
    "no_benefit": msg("It would make nothing cheaper."),
}


@dataclass(frozen=True, slots=True)
class LineTold:
    """A line, and what each promotion took off it."""

    line: OrderLine | InvoiceLine
    gave: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class OfferTold:
    """A gift that is not on the document yet."""

    product: Product
    quantity: Decimal
    promotion: str


@dataclass(frozen=True, slots=True)
class Told:
    """A document's promotions: its lines, what became of each promotion, and gifts to be added."""

    lines: tuple[LineTold, ...]
    judgements: tuple[tuple[Judgement, str], ...]
    offers: tuple[OfferTold, ...]

    @property
    def applied(self) -> list[Judgement]:
        """Those that gave something."""
        return [judged for judged, _ in self.judgements if judged.outcome == "applied"]


def tell(session: Session, document: SalesOrder | Invoice) -> Told:
    """What was decided when a document was last worked out, with the amounts that are left of it
    where the document got smaller since."""
    is_order = isinstance(document, SalesOrder)
    of = PromotionStory.order_id if is_order else PromotionStory.invoice_id
    content = session.scalar(select(PromotionStory.content).where(of == document.id))
    decision = Decision() if content is None else from_json(Decision, content)
    grants = _grants(session, document)
    now: dict[int, Decimal] = {}
    for grant, _ in grants:
        now[grant.promotion_id] = now.get(grant.promotion_id, ZERO) + grant.amount
    judgements = [
        replace(judged, amount=now.get(judged.promotion_id, ZERO)) for judged in decision.judgements
    ]
    return Told(
        tuple(_told_lines(document, grants)),
        tuple((judged, sentence(judged)) for judged in judgements),
        offers_of(session, decision),
    )


def offers_of(session: Session, decision: Decision) -> tuple[OfferTold, ...]:
    """The gifts of a decision with their products; those that are no longer sold are left out."""
    products = get_products(session, {offer.product_id for offer in decision.offers})
    names = {judged.promotion_id: judged.name for judged in decision.judgements}
    return tuple(
        OfferTold(products[offer.product_id], offer.quantity, names[offer.promotion_id])
        for offer in decision.offers
        if offer.product_id in products and products[offer.product_id].sellable
    )


def sentence(judged: Judgement) -> str:
    """What became of a promotion, in words."""
    if judged.outcome == "applied":
        if judged.coupon:
            return phrase("It holds by coupon {code}.", code=judged.coupon)
        return phrase("It holds.")
    if judged.outcome == "threshold":
        has, needs = f"{judged.has.normalize():f}", f"{judged.needs.normalize():f}"
        if judged.measure == "amount":
            return phrase(
                "It begins at an amount of {needs}; here are {has}.", needs=needs, has=has
            )
        return phrase("It begins at a quantity of {needs}; here are {has}.", needs=needs, has=has)
    return phrase(_PLAIN[judged.outcome])


def _grants(session: Session, document: SalesOrder | Invoice) -> list[tuple[PromotionGrant, str]]:
    """What is granted on a document, each with the name of its promotion."""
    is_order = isinstance(document, SalesOrder)
    of = PromotionGrant.order_id if is_order else PromotionGrant.invoice_id
    rows = session.execute(
        select(PromotionGrant, Promotion.name)
        .join(Promotion, Promotion.id == PromotionGrant.promotion_id)
        .where(of == document.id)
        .order_by(PromotionGrant.id)
        .execution_options(populate_existing=True)
    )
    return [(grant, name) for grant, name in rows]


def _told_lines(
    document: SalesOrder | Invoice, grants: Sequence[tuple[PromotionGrant, str]]
) -> list[LineTold]:
    gave: dict[int, list[tuple[str, Decimal]]] = {}
    for grant, name in grants:
        line_id = grant.order_line_id or grant.invoice_line_id or 0
        gave.setdefault(line_id, []).append((name, grant.amount))
    return [
        LineTold(line, tuple(gave.get(line.id, ())))
        for line in document.lines
        if line.kind == "product"
    ]
