"""Prices and discounts of an order's lines: what was typed, if whoever acts may; else the list's.

What stays as it was is no change, whoever saves it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import PriceFound, PriceQuestion, prices_for
from addons.sales.models import OrderLine, SalesOrder
from addons.sales.permissions import CHANGE_PRICE
from addons.sales.services.amounts import EXACT, HUNDRED, ZERO, require_percent, require_price
from addons.sales.services.discounts import require_discount
from core.api import Forbidden, InvalidInput, actor, phrase

TYPED: Final = "typed"
SALE_PRICE: Final = "product"
"""Why a price is what it is: somebody gave it, or it is the product's own. Else it is the name of a
price list."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A line with what was sent for it; `same` says that product, quantity and unit are what they
    were, `at` is the line's place for messages: lines.2."""

    line: OrderLine
    values: Mapping[str, Any]
    at: str
    same: bool

    @property
    def keeps_price(self) -> bool:
        """Whether the price stays what it was."""
        price = self.line.price
        return self.same and price is not None and self.values.get("price", price) == price


def set_prices(session: Session, order: SalesOrder, lines: Sequence[Sent]) -> None:
    """Price these lines of an order, all of them in a few statements. Raises InvalidInput, naming
    the line's field, for what is no price or discount, and Forbidden for one that whoever acts
    may not give."""
    may_change = actor(session).may(CHANGE_PRICE.code)
    fresh = [sent for sent in lines if not sent.keeps_price]
    for sent in fresh:
        typed = sent.values.get("price")
        if typed is not None:
            require_price(typed, f"{sent.at}.price")
        elif sent.line.product_id is None:
            raise InvalidInput.of(f"{sent.at}.price", phrase("Give a price."))
    asking = [
        sent
        for sent in fresh
        if sent.line.product_id is not None and (sent.values.get("price") is None or not may_change)
    ]
    found = prices_for(session, [_question(order, sent.line) for sent in asking]) if asking else []
    listed = {id(sent.line): price for sent, price in zip(asking, found, strict=True)}
    for sent in lines:
        before = (sent.line.price, sent.line.discount_percent, sent.line.discount)
        price = listed.get(id(sent.line))
        if not sent.keeps_price:
            _set_price(order, sent, price)
        _set_discounts(sent)
        after = (sent.line.price, sent.line.discount_percent, sent.line.discount)
        if not sent.same or after != before:
            _require_allowed(session, sent.line, ZERO if price is None else price.discount_percent)


def _question(order: SalesOrder, line: OrderLine) -> PriceQuestion:
    return PriceQuestion(
        line.product_id or 0,
        order.contact_id,
        line.quantity,
        line.unit_id,
        order.day,
        order.currency,
    )


def _set_price(order: SalesOrder, sent: Sent, found: PriceFound | None) -> None:
    line, typed = sent.line, sent.values.get("price")
    line.discount_percent, line.discount_why = ZERO, ""
    if found is None:
        line.price, line.price_why = typed or ZERO, TYPED
        return
    if typed is not None and typed != found.price:
        raise Forbidden(
            phrase(
                "{product} costs {price} {currency} here; you may not change prices.",
                product=line.description,
                price=f"{found.price:f}",
                currency=order.currency,
            ),
            fix=phrase("Leave the price empty, or ask somebody who may."),
        )
    line.price, line.price_why = found.price, found.list_name or SALE_PRICE
    if found.discount_percent:
        line.discount_percent, line.discount_why = found.discount_percent, found.list_name


def _set_discounts(sent: Sent) -> None:
    line, values = sent.line, sent.values
    percent = values.get("discount_percent")
    if percent is not None:
        line.discount_percent = percent
    elif line.discount_percent is None:
        line.discount_percent = ZERO
    if "discount" in values or line.discount is None:
        line.discount = values.get("discount") or ZERO
    line.discount_why = values.get("discount_why") or line.discount_why or ""
    require_percent(line.discount_percent, f"{sent.at}.discount_percent")
    if not line.discount.is_finite() or not 0 <= line.discount <= after_percent(line):
        raise InvalidInput.of(
            f"{sent.at}.discount",
            phrase("A discount lies between nothing and the whole amount."),
        )


def _require_allowed(session: Session, line: OrderLine, listed: Decimal) -> None:
    gross = EXACT.multiply(line.quantity, line.price)
    if gross:
        given = gross - after_percent(line) + line.discount
        require_discount(session, EXACT.divide(EXACT.multiply(given, HUNDRED), gross), listed)


def after_percent(line: OrderLine) -> Decimal:
    """Quantity times price less the discount in percent."""
    gross = EXACT.multiply(line.quantity, line.price)
    return EXACT.divide(EXACT.multiply(gross, HUNDRED - line.discount_percent), HUNDRED)
