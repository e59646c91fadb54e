"""The page that tries a promotion on a basket before anybody buys."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import Product, company_currency, find_product, get_products
from addons.contacts.api import find_contact
from addons.sales.models import Promotion
from addons.sales.permissions import VIEW_ORDERS
from addons.sales.services.promotions.telling import offers_of, sentence
from addons.sales.services.promotions.trying import Trial, try_out
from addons.sales.views.typed import typed_amount, typed_day
from core.api import AppError, InvalidInput, NotFound, Page, Request, Route, phrase, today

_ROWS: Final = 4
"""How many lines the basket has."""


def try_page(session: Session, request: Request) -> Page:
    """A promotion tried on the basket that was typed, or on what it is about."""
    promotion = session.get(Promotion, request.path_params["id"])
    if promotion is None:
        raise NotFound(phrase("There is no such promotion."))
    asked = request.method == "POST"
    rows = _typed_rows(request) if asked else _first_rows(session, promotion)
    context: dict[str, Any] = {}
    error: AppError | None = None
    try:
        if asked:
            context = _tried(session, request, promotion, rows)
    except AppError as found:
        error = found
    others = not asked or request.form.get("others") == "1"
    return Page(
        "sales/promotion_try.html",
        {
            **context,
            "promotion": promotion,
            "rows": rows,
            "typed": request.form,
            "others": others,
            "today": today(session),
            "error": error,
        },
        status=200 if error is None else error.status,
    )


def _tried(
    session: Session, request: Request, promotion: Promotion, rows: list[tuple[str, str]]
) -> dict[str, Any]:
    trial = Trial(
        _products(session, request, rows),
        _customer(session, request.form.get("customer", "").strip()),
        typed_day(request, "day") or today(session),
        _clock(request.form.get("hour", "").strip()),
        promotion.currency or company_currency(session),
        request.form.get("others") == "1",
    )
    tried, decision = try_out(session, promotion, trial)
    return {
        "tried": tried,
        "judgements": [(judged, sentence(judged)) for judged in decision.judgements],
        "offers": offers_of(session, decision),
        "currency": trial.currency,
    }


def _typed_rows(request: Request) -> list[tuple[str, str]]:
    return [
        (
            request.form.get(f"product.{place}", "").strip(),
            request.form.get(f"quantity.{place}", "").strip(),
        )
        for place in range(_ROWS)
    ]


def _first_rows(session: Session, promotion: Promotion) -> list[tuple[str, str]]:
    """The products that the promotion names, in the quantities from which it gives something."""
    least = promotion.tiers[0].min_quantity if promotion.tiers else Decimal(0)
    named = [one for one in promotion.targets if one.product_id is not None]
    products = get_products(session, {one.product_id or 0 for one in named})
    rows = [
        (products[one.product_id].sku, f"{max(one.quantity, least).normalize():f}")
        for one in named[:_ROWS]
        if one.product_id in products
    ]
    return rows + [("", "")] * (_ROWS - len(rows))


def _products(
    session: Session, request: Request, rows: list[tuple[str, str]]
) -> list[tuple[Product, Decimal]]:
    found = []
    for place, (code, _) in enumerate(rows):
        if not code:
            continue
        product = find_product(session, code)
        if product is None:
            said = phrase("No product has the code or barcode {code}.", code=code)
            raise InvalidInput.of(f"product.{place}", said)
        quantity = typed_amount(request, f"quantity.{place}")
        found.append((product, Decimal(1) if quantity is None else quantity))
    if not found:
        raise InvalidInput.of("product.0", phrase("Put a product into the basket."))
    return found


def _customer(session: Session, name: str) -> int | None:
    if not name:
        return None
    contact = find_contact(session, name=name)
    if contact is None:
        raise InvalidInput.of("customer", phrase("No one contact is called “{text}”.", text=name))
    return contact.id


def _clock(written: str) -> time | None:
    try:
        return time.fromisoformat(written) if written else None
    except ValueError:
        raise InvalidInput.of("hour", phrase("Give an hour such as 17:30.")) from None


_TRY: Final = "/promotions/{id:int}/try"
ROUTES: Final = (
    Route("GET", _TRY, try_page, VIEW_ORDERS),
    Route("POST", _TRY, try_page, VIEW_ORDERS, writes=False),
)
