"""What a scanner read: which product, and what else the code says.

A code is a barcode or product code of the company, a GS1 element string, or an EAN-13 that a scale
or a counter printed, with a weight or a price in it. Those begin with 20 to 29, which GS1 leaves to
each company (General Specifications, 2.1.11); which means what is said in the options:

    21 12345 01250 7     prefix, item, value, check digit
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from addons.catalog.models import Barcode, Packaging, Product, Unit
from addons.catalog.options import CatalogOptions
from addons.catalog.services.codes import is_gtin, plain_code
from addons.catalog.services.gs1 import ElementString, is_element_string, read_element_string
from addons.catalog.services.units import units
from core.api import options, utc_now


@dataclass(frozen=True, slots=True)
class Scanned:
    """A product, and how much of it in its stock unit: one, a packaging's content, a weight.
    `price` is what the code says the whole of it costs; `lot` is its lot or, where it has one, its
    serial number. What the code does not say is None."""

    product_id: int
    quantity: Decimal
    lot: str | None = None
    expires_on: date | None = None
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A product by one of its codes, with what that code holds of it."""

    product_id: int
    content: Decimal
    unit_id: int
    digits: int
    sale_price: Decimal
    tracking: str


def scan(session: Session, code: str) -> Scanned | None:
    """What a code means; None where no product has it. Raises InvalidInput for a GS1 code that
    breaks off or contradicts itself."""
    code = code.strip()
    if not code:
        return None
    found = _by_code(session, [plain_code(code)], code)
    if found is not None:
        return Scanned(found.product_id, found.content)
    if is_element_string(code):
        return _by_element_string(session, read_element_string(code, utc_now().date()))
    return _by_embedded(session, code)


def _by_element_string(session: Session, said: ElementString) -> Scanned | None:
    if not said.gtin:
        return None
    found = _by_code(session, _spellings(said.gtin), "")
    if found is None:
        return None
    quantity = found.content * (said.count or 1)
    if said.measure is not None:
        quantity = _measured(session, found, *said.measure) or quantity
    elif said.price is not None:
        quantity = _worth(found, said.price) or quantity
    lot = said.serial if said.serial and found.tracking == "serial" else said.lot or said.serial
    expires = said.expires_on or said.best_before
    return Scanned(found.product_id, quantity, lot or None, expires, said.price)


def _by_embedded(session: Session, code: str) -> Scanned | None:
    if len(code) != 13 or not is_gtin(code):
        return None
    chosen = options(session, CatalogOptions)
    prefix, item, value = code[:2], code[2:7], Decimal(code[7:12])
    weighs = prefix in _prefixes(chosen.weight_prefixes)
    if not weighs and prefix not in _prefixes(chosen.price_prefixes):
        return None
    found = _by_code(session, [prefix + item, item], item)
    if found is None:
        return None
    if weighs:
        weight = value.scaleb(-chosen.weight_digits)
        quantity = _measured(session, found, weight, "KGM") or weight
        return Scanned(found.product_id, quantity)
    price = value.scaleb(-chosen.price_digits)
    return Scanned(found.product_id, _worth(found, price) or found.content, price=price)


def _measured(session: Session, found: _Found, amount: Decimal, code: str) -> Decimal | None:
    """A measured amount in the stock unit; None where it is kept by another kind of unit."""
    known = units(session)
    stock = known[found.unit_id]
    given = next((unit for unit in known.values() if unit.standard_code == code), None)
    if given is None or given.category_id != stock.category_id:
        return None
    converted = amount * given.factor / stock.factor
    return converted.quantize(Decimal(1).scaleb(-stock.digits), ROUND_HALF_UP)


def _worth(found: _Found, price: Decimal) -> Decimal | None:
    """How much a price buys of what is sold by measure; None of what is counted."""
    if not found.digits or not found.sale_price:
        return None
    bought = price / found.sale_price
    return bought.quantize(Decimal(1).scaleb(-found.digits), ROUND_HALF_UP) or None


def _spellings(gtin: str) -> list[str]:
    """A GTIN of 14 digits as it may be kept: shorter ones are the same with zeros before them."""
    plain = plain_code(gtin)
    return [plain, gtin, *([gtin[6:]] if gtin.startswith("000000") else [])]


def _prefixes(text: str) -> set[str]:
    return {part.strip() for part in text.split(",") if part.strip()}


def _by_code(session: Session, codes: Sequence[str], sku: str) -> _Found | None:
    by_barcode = (
        _select(func.coalesce(Packaging.quantity, 1))
        .join(Barcode, Barcode.product_id == Product.id)
        .outerjoin(Packaging, Packaging.id == Barcode.packaging_id)
        .where(Barcode.code.in_(codes))
        .limit(1)
    )
    row = session.execute(by_barcode).first()
    if row is None and sku:
        row = session.execute(_select(1).where(Product.sku == sku)).first()
    return None if row is None else _Found(row[0], Decimal(row[1]), *row[2:])


def _select(content: Any) -> Select[*tuple[Any, ...]]:
    columns = (Product.id, content, Product.unit_id, Unit.digits)
    return select(*columns, Product.sale_price, Product.tracking).join(
        Unit, Unit.id == Product.unit_id
    )
