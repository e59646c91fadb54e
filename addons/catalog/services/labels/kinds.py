"""What labels can be designed for: products and their places on the shelf here, and what other
addons offer by `extension_points.LabelSource`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.extension_points import Choice, LabelKind, LabelSource
from addons.catalog.permissions import VIEW_PRODUCTS
from addons.catalog.services.lookup import (
    Product,
    first_products,
    get_products,
    search_products,
)
from addons.catalog.services.trading import company_currency, tax_codes, work_out
from addons.catalog.services.values import TaxDocument, TaxDocumentLine
from core.api import NotFound, Reader, actor, currency_digits, extensions, msg, phrase, utc_now

_SHOWN: Final = 30
_ONE: Final = Decimal(1)
_PRODUCT_FIELDS: Final = (
    Choice("name", msg("Name")),
    Choice("name_local", msg("Name in the other language")),
    Choice("sku", msg("Code")),
    Choice("barcode", msg("Barcode")),
    Choice("category", msg("Category")),
    Choice("unit", msg("Unit")),
    Choice("price", msg("Price with its currency")),
    Choice("amount", msg("Price as a figure")),
    Choice("price_with_tax", msg("Price with taxes and currency")),
    Choice("amount_with_tax", msg("Price with taxes as a figure")),
    Choice("currency", msg("Currency")),
    Choice("weight", msg("Weight in kg")),
    Choice("today", msg("Day of printing")),
)


def label_kinds(session: Session) -> dict[str, LabelKind]:
    """What labels can be printed of by whoever asks, by name."""
    may = actor(session).may
    offered = (
        one for source in extensions(session, LabelSource).values() for one in source.kinds()
    )
    return {one.name: one for one in offered if may(one.permission.code)}


def label_kind(session: Session, name: str) -> LabelKind:
    """One of them. Raises NotFound."""
    found = label_kinds(session).get(name)
    if found is None:
        raise NotFound(phrase("There are no labels of {kind}.", kind=name[:40]))
    return found


class ProductLabels:
    """Labels of products, and those that stand before them on the shelf."""

    def kinds(self) -> Sequence[LabelKind]:
        """Both show the same of a product; they are designed apart, since their papers differ."""
        shared = (VIEW_PRODUCTS, _PRODUCT_FIELDS, product_values, _find)
        return (
            LabelKind("product", msg("Products"), *shared),
            LabelKind("shelf", msg("Price labels for the shelf"), *shared),
        )


def product_values(
    session: Session, ids: Sequence[int], writes: Reader
) -> Mapping[int, Mapping[str, str]]:
    """What a label can show of each product."""
    products = get_products(session, ids)
    currency = company_currency(session)
    today = writes.day(utc_now().date())
    return {
        one.id: {
            "name": one.name,
            "name_local": one.name_local,
            "sku": one.sku,
            "barcode": one.barcode or one.sku,
            "category": one.category_name,
            "unit": one.unit,
            "currency": currency,
            "weight": writes.number(one.weight) if one.weight else "",
            "today": today,
            **_prices(session, one, currency, writes),
        }
        for one in products.values()
    }


def _prices(session: Session, product: Product, currency: str, writes: Reader) -> Mapping[str, str]:
    codes = tax_codes(session, product.tax_group, "sale", None)
    line = TaxDocumentLine(quantity=_ONE, price=product.sale_price, tax_codes=codes)
    (worked,) = work_out(session, TaxDocument((line,), utc_now().date(), currency)).lines
    digits = currency_digits(currency)
    amount = writes.number(product.sale_price, digits)
    gross = writes.number(worked.net + worked.tax, digits)
    return {
        "amount": amount,
        "price": f"{currency} {amount}",
        "amount_with_tax": gross,
        "price_with_tax": f"{currency} {gross}",
    }


def _find(session: Session, text: str) -> Sequence[Choice]:
    if not text.strip():
        first = first_products(session, _SHOWN)
        return [Choice(str(one.id), f"{one.sku} {one.name}") for one in first]
    found = search_products(session, text, _SHOWN)
    return [Choice(str(one.id), f"{one.sku} {one.name}") for one in found]
