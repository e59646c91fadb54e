"""A promotion tried on a basket before anybody buys: nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import PriceQuestion, Product, prices_for
from addons.sales.models import OrderLine, Promotion
from addons.sales.services.amounts import ZERO, require_quantity
from addons.sales.services.pricing import SALE_PRICE
from addons.sales.services.promotions.baskets import Sold, basket_of
from addons.sales.services.promotions.deciding import decide
from addons.sales.services.promotions.loading import promotions_on, rules_of
from addons.sales.services.promotions.rules import CouponShown, Decision
from addons.sales.services.working_out import amount_before_promotions


@dataclass(frozen=True, slots=True)
class Tried:
    """A line of such a basket: what it comes to, and what promotions take off it."""

    product: Product
    quantity: Decimal
    amount: Decimal
    gave: tuple[tuple[str, Decimal], ...]

    @property
    def left(self) -> Decimal:
        """What is to be paid for it."""
        return self.amount - sum((amount for _, amount in self.gave), ZERO)


@dataclass(frozen=True, slots=True)
class Trial:
    """What is asked: these products for this customer, at that time; a coupon counts as shown."""

    products: Sequence[tuple[Product, Decimal]]
    contact_id: int | None
    day: date
    clock: time | None
    currency: str
    with_others: bool = True


def try_out(session: Session, promotion: Promotion, trial: Trial) -> tuple[list[Tried], Decision]:
    """What a promotion gives on a basket, whether it is in use or not, beside the others or by
    itself. Raises InvalidInput for a quantity that cannot be sold, and what a price raises."""
    lines = _lines(session, trial)
    others = promotions_on(session, trial.day) if trial.with_others else ()
    promotions = [*(one for one in others if one.id != promotion.id), promotion]
    rules = rules_of(session, promotions)
    shown = (CouponShown(promotion.id, ""),)
    sold = Sold(lines, trial.contact_id, trial.day, trial.currency, shown, trial.clock)
    decision = decide(rules, basket_of(session, sold, rules, promotions))
    names = {rule.id: rule.name for rule in rules}
    tried = [
        Tried(
            product,
            quantity,
            amount_before_promotions(line),
            tuple(
                (names[grant.promotion_id], grant.amount)
                for grant in decision.grants
                if grant.key == str(place)
            ),
        )
        for place, ((product, quantity), line) in enumerate(zip(trial.products, lines, strict=True))
    ]
    return tried, decision


def _lines(session: Session, trial: Trial) -> list[OrderLine]:
    """The lines that such an order would have, at the prices that hold for the customer."""
    for place, (_, quantity) in enumerate(trial.products):
        require_quantity(quantity, f"quantity.{place}")
    questions = [
        PriceQuestion(product.id, trial.contact_id, quantity, None, trial.day, trial.currency)
        for product, quantity in trial.products
    ]
    return [
        OrderLine(
            product_id=question.product_id,
            quantity=question.quantity,
            factor=Decimal(1),
            price=found.price,
            price_why=found.list_name or SALE_PRICE,
            discount_percent=found.discount_percent,
            discount=ZERO,
            promotion_discount=ZERO,
        )
        for question, found in zip(questions, prices_for(session, questions), strict=True)
    ]
