"""What a line says of its product: name, unit, stock units and taxes, for many lines at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from addons.catalog.api import Product, require_products, tax_codes, to_stock_units, units
from core.api import InvalidInput, phrase


@dataclass(frozen=True, slots=True)
class Measured:
    """A quantity in a unit: how many stock units one of the unit is, and how many all of it are."""

    factor: Decimal
    stock_quantity: Decimal


def products_of(
    session: Session, sent: Sequence[Mapping[str, Any]], known: Collection[int | None] = ()
) -> dict[int, Product]:
    """The products that lines name, in one statement. Raises InvalidInput for an unknown one."""
    named = {line.get("product_id") for line in sent} | set(known)
    return require_products(session, {one for one in named if one is not None}, "lines")


def measured(
    session: Session,
    lines: Sequence[tuple[int | None, Decimal, int | None]],
    products: Mapping[int, Product],
    field: str = "lines",
) -> list[Measured]:
    """Lines (product, quantity, unit) in stock units; what is no product counts as it stands.
    Raises InvalidInput, naming the line, for a unit that cannot be converted."""
    _require_decimals(lines, products, field)
    foreign = [
        place
        for place, (product_id, _, unit_id) in enumerate(lines)
        if product_id is not None and unit_id not in (None, products[product_id].unit_id)
    ]
    found = [Measured(Decimal(1), quantity) for _, quantity, _ in lines]
    if not foreign:
        return found
    known = units(session)
    asked = [(lines[place][0] or 0, lines[place][1], lines[place][2]) for place in foreign]
    for place, stock in zip(foreign, to_stock_units(session, asked, field), strict=True):
        product_id, _, unit_id = lines[place]
        unit = known[unit_id or 0]
        own = known[products[product_id or 0].unit_id]
        found[place] = Measured(unit.factor / own.factor, stock)
    return found


def _require_decimals(
    lines: Sequence[tuple[int | None, Decimal, int | None]],
    products: Mapping[int, Product],
    field: str,
) -> None:
    for place, (product_id, quantity, unit_id) in enumerate(lines):
        product = None if product_id is None else products[product_id]
        if product is None or unit_id not in (None, product.unit_id):
            continue
        if quantity != quantity.quantize(Decimal(1).scaleb(-product.unit_digits)):
            raise InvalidInput.of(
                f"{field}.{place}.quantity",
                phrase(
                    "{name} is counted with {digits} decimals.",
                    name=product.name,
                    digits=product.unit_digits,
                ),
            )


def default_taxes(session: Session, product: Product | None, contact_id: int) -> str:
    """The codes of the taxes that a product bears when this supplier sells it: "SA-P15"."""
    if product is None:
        return ""
    return ", ".join(tax_codes(session, product.tax_group, "purchase", contact_id))


def codes_of(written: str) -> tuple[str, ...]:
    """The codes in a text such as "SA-P15, SA-W5"."""
    return tuple(code.strip() for code in written.split(",") if code.strip())


def require_purchasable(product: Product, field: str) -> None:
    """Raise InvalidInput for a product that is not bought any more."""
    if not (product.active and product.purchasable):
        raise InvalidInput.of(
            field,
            phrase("{name} is not bought.", name=product.name),
            fix=phrase("Choose another product, or allow it to be bought."),
        )
