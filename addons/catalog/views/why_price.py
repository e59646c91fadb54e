"""The page “Why this price?”, and what stands about prices beside products, lists and contacts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.models.prices import METHODS
from addons.catalog.permissions import EDIT_PRICES, VIEW_PRICES
from addons.catalog.services.lookup import find_product, get_products
from addons.catalog.services.prices.explaining import (
    explain,
    lists_of_contact,
    rules_of_product,
)
from addons.catalog.services.prices.naming import rule_title
from addons.catalog.services.prices.questions import PriceQuestion
from addons.catalog.services.trading import company_currency
from addons.catalog.services.units import units
from addons.contacts.api import find_contact, get_contact
from core.api import (
    AppError,
    InvalidInput,
    Page,
    Request,
    Route,
    Slot,
    actor,
    phrase,
    today,
)

_TEMPLATE: Final = "catalog/why_price.html"


def why(session: Session, request: Request) -> Page:
    """What something costs somebody, with every list and rule that was looked at."""
    typed = {name: request.query.get(name, "").strip() for name in _FIELDS}
    typed["quantity"] = typed["quantity"] or "1"
    typed["currency"] = typed["currency"].upper() or company_currency(session)
    typed["day"] = typed["day"] or today(session).isoformat()
    context: dict[str, Any] = {"units": units(session), "methods": dict(METHODS)}
    problem: AppError | None = None
    if typed["product"]:
        try:
            question = _question(session, typed)
            context |= _answered(session, question)
        except AppError as error:
            problem = error
    return Page(
        _TEMPLATE,
        {**context, "typed": typed, "problem": problem},
        status=200 if problem is None else 422,
    )


_FIELDS: Final = ("product", "contact", "quantity", "unit", "day", "currency")


def _answered(session: Session, question: PriceQuestion) -> dict[str, Any]:
    (product,) = get_products(session, [question.product_id]).values()
    contact = get_contact(session, question.contact_id) if question.contact_id else None
    return {
        "told": explain(session, question),
        "product": product,
        "contact": contact,
        "question": question,
        "company_currency": company_currency(session),
    }


def _question(session: Session, typed: Mapping[str, str]) -> PriceQuestion:
    """What was typed: a product by code, barcode or id, a contact by name or id."""
    product = find_product(session, typed["product"])
    if product is None and (key := _id(typed["product"])):
        product = get_products(session, [key]).get(key)
    if product is None:
        raise InvalidInput.of("product", phrase("No product has this code or barcode."))
    try:
        quantity, day = Decimal(typed["quantity"]), date.fromisoformat(typed["day"])
    except (InvalidOperation, ValueError) as error:
        raise InvalidInput.of("quantity", phrase("Give a quantity and a day.")) from error
    if not quantity.is_finite() or abs(quantity) >= _MOST:
        raise InvalidInput.of("quantity", phrase("Give a quantity that can be sold."))
    return PriceQuestion(
        product.id,
        _contact(session, typed["contact"]),
        quantity,
        _id(typed["unit"]),
        day,
        typed["currency"],
    )


_MOST: Final = Decimal("1e12")


def _contact(session: Session, written: str) -> int | None:
    if not written:
        return None
    key = _id(written)
    found = get_contact(session, key) if key else find_contact(session, name=written)
    if found is None:
        raise InvalidInput.of(
            "contact",
            phrase("No one contact is called “{text}”.", text=written),
            fix=phrase("Open this page from the contact, or write its name out."),
        )
    return found.id


def _id(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 19 else None


def _beside_contact(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    contact = given["record"]
    lists = lists_of_contact(session, contact.id)
    return {"contact": contact, "lists": lists, "may_edit": actor(session).may(EDIT_PRICES.code)}


def _beside_product(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    product = given["record"]
    rules = rules_of_product(session, product.id)
    may_edit = actor(session).may(EDIT_PRICES.code)
    return {"product": product, "rules": rules, "rule_title": rule_title, "may_edit": may_edit}


def _beside_list(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return {"list": given["record"], "may_edit": actor(session).may(EDIT_PRICES.code)}


ROUTES: Final = (Route("GET", "/prices/why", why, VIEW_PRICES),)
SLOTS: Final = (
    Slot("contacts.contacts.side", "catalog/contact_prices.html", _beside_contact, VIEW_PRICES, 40),
    Slot("catalog.product.cards", "catalog/product_prices.html", _beside_product, VIEW_PRICES, 30),
    Slot("catalog.price-lists.side", "catalog/price_list_side.html", _beside_list, VIEW_PRICES),
)
