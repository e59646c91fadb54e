"""Pages on what the stock is worth: as of any day, the card of a product, and why it costs that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import Product, get_products, product_names
from addons.contacts.api import contact_names
from addons.inventory.models import ValueEntry
from addons.inventory.models.costs import METHODS
from addons.inventory.permissions import VIEW_VALUE
from addons.inventory.services.costs.money import ZERO, per_unit
from addons.inventory.services.valuation.as_of import ProductValue, valuation_as_of
from addons.inventory.services.valuation.story import explain_cost, stock_card
from addons.inventory.views.asked import asked_day, asked_page, money_of
from addons.inventory.views.ledger import ROLES
from core.api import (
    InvalidInput,
    NotFound,
    Page,
    Request,
    Route,
    Slot,
    actor,
    phrase,
    today,
)

PAGE_SIZE: Final = 100
_CARD_DAYS: Final = 365
_LINES_BESIDE: Final = 40


def valuation_page(session: Session, request: Request) -> Page:
    """Each product with its quantity and value at the end of a day, and the sums."""
    day = asked_day(request, "day", today(session))
    found = valuation_as_of(session, day)
    number, pages = asked_page(request, len(found), PAGE_SIZE)
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    products = get_products(session, [one.product_id for one in shown])
    return Page(
        "inventory/value/valuation.html",
        {
            "day": day,
            "rows": [(products[one.product_id], one, _unit_cost(one)) for one in shown],
            "total": sum((one.value for one in found), ZERO),
            "count": len(found),
            "page": number,
            "pages": pages,
            **money_of(session),
        },
    )


def card_page(session: Session, request: Request) -> Page:
    """What changed a product's stock, with what there was after each."""
    product = _product(session, request)
    end = asked_day(request, "to", today(session))
    start = asked_day(request, "from", end - timedelta(days=_CARD_DAYS))
    if start > end:
        raise InvalidInput.of("from", phrase("The first day is after the last."))
    card = stock_card(session, product.id, start, end)
    names = contact_names(session, [line.contact_id for line in card.lines])
    return Page(
        "inventory/value/card.html",
        {
            "product": product,
            "card": card,
            "start": start,
            "end": end,
            "names": names,
            **money_of(session),
        },
    )


def cost_page(session: Session, request: Request) -> Page:
    """Why a product costs what it costs."""
    product = _product(session, request)
    day = asked_day(request, "day", today(session))
    explained = explain_cost(session, product.id, day)
    names = contact_names(session, [layer.contact_id for layer in explained.layers])
    titles = dict(METHODS)
    return Page(
        "inventory/value/cost.html",
        {
            "product": product,
            "day": day,
            "explained": explained,
            "methods": [titles[method] for method in explained.methods],
            "names": names,
            **money_of(session),
        },
    )


def beside_product(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The value of a product beside its record, for those who may see it."""
    record = given["record"]
    if record.kind != "goods" or not actor(session).may(VIEW_VALUE.code):
        return None
    found = valuation_as_of(session, today(session), [record.id])
    value = found[0] if found else None
    cost = _unit_cost(value) if value else None
    return {"product": record, "value": value, "unit_cost": cost, **money_of(session)}


def beside_valuation(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The first lines of a change of value beside its record."""
    valuation = given["record"]
    found = session.scalars(
        select(ValueEntry)
        .where(ValueEntry.valuation_id == valuation.id)
        .order_by(ValueEntry.id)
        .limit(_LINES_BESIDE)
    ).all()
    titles = dict(ROLES)
    return {
        "valuation_id": valuation.id,
        "lines": [(line.product_id, titles[line.role], line.amount) for line in found],
        "names": product_names(session, {line.product_id for line in found}),
        **money_of(session),
    }


def _unit_cost(one: ProductValue) -> Any:
    return per_unit(one.value, one.quantity) if one.quantity else None


def _product(session: Session, request: Request) -> Product:
    given = request.path_params["product"]
    found = get_products(session, [int(given)]) if str(given).isdecimal() else {}
    if not found:
        raise NotFound(phrase("There is no such product."))
    return next(iter(found.values()))


ROUTES: Final = (
    Route("GET", "/valuation", valuation_page, VIEW_VALUE),
    Route("GET", "/products/{product}/card", card_page, VIEW_VALUE),
    Route("GET", "/products/{product}/cost", cost_page, VIEW_VALUE),
)
SLOTS: Final = (
    Slot("catalog.products.side", "inventory/value/product_side.html", beside_product, VIEW_VALUE),
    Slot(
        "inventory.valuations.side",
        "inventory/value/valuation_side.html",
        beside_valuation,
        VIEW_VALUE,
    ),
)
