"""Bundles: what they are made of, and how their price is shared out among the parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.catalog.models.bundles import Bundle, BundlePart
from addons.catalog.models.products import Product
from addons.catalog.services.prices.rounding import EXACT
from addons.catalog.services.untaxed import share_out
from core.api import (
    Conflict,
    InvalidInput,
    Problem,
    cached_until_change,
    currency_digits,
    phrase,
)

_HUNDRED: Final = Decimal(100)
_LARGEST: Final = Decimal("1e9")
# Built once: every order asks it, twice.
_PARTS: Final = (
    select(
        Bundle.product_id,
        BundlePart.product_id,
        BundlePart.quantity,
        BundlePart.weight,
        Product.sale_price,
    )
    .join(BundlePart, BundlePart.bundle_id == Bundle.id)
    .join(Product, Product.id == BundlePart.product_id)
    .where(Bundle.product_id == func.any(bindparam("products", type_=ARRAY(BIGINT))), Bundle.active)
    .order_by(Bundle.product_id, BundlePart.position, BundlePart.id)
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bundle: so many stock units, and how much of the price falls to it beside the
    `weight` of the others."""

    product_id: int
    quantity: Decimal
    weight: Decimal


def bundle_parts(session: Session, product_id: int, quantity: Decimal) -> tuple[Part, ...]:
    """What so many of a bundle are made of, in the order of its lines; empty for a product that is
    no bundle. Quantities are in the stock units of the parts."""
    with localcontext(EXACT):
        return tuple(
            Part(part.product_id, part.quantity * quantity, part.weight)
            for part in parts_of(session, [product_id]).get(product_id, ())
        )


def parts_of(session: Session, product_ids: Collection[int]) -> dict[int, tuple[Part, ...]]:
    """The parts of one of each bundle among these products, by the bundle; products that are no
    bundles are left out. One statement."""
    if not product_ids or not _any_bundle(session):
        return {}
    rows = session.execute(_PARTS, {"products": sorted(set(product_ids))})
    found: dict[int, list[Part]] = {}
    with localcontext(EXACT):
        for bundle, product, quantity, weight, price in rows:
            share = quantity * price if weight is None else weight
            found.setdefault(bundle, []).append(Part(product, quantity, share))
    return {bundle: tuple(parts) for bundle, parts in found.items()}


@cached_until_change(Bundle)
def _any_bundle(session: Session) -> bool:
    return session.scalar(select(Bundle.id).limit(1)) is not None


def share_price(parts: Sequence[Part], amount: Decimal, currency: str) -> list[Decimal]:
    """What of an amount falls to each part, rounded to the currency; together exactly the amount.
    Parts that all weigh nothing share alike."""
    return share_out(
        amount, [part.weight for part in parts], Decimal(1).scaleb(-currency_digits(currency))
    )


def priced_by_parts(
    session: Session, product_ids: Collection[int]
) -> dict[int, tuple[tuple[Part, ...], Decimal]]:
    """The bundles among these products whose price is that of their parts: the parts, and the
    percentage that is taken off. One or two statements."""
    if not product_ids:
        return {}
    rows = session.execute(
        select(Bundle.product_id, Bundle.percent).where(
            Bundle.product_id.in_(set(product_ids)), Bundle.active, Bundle.pricing == "parts"
        )
    )
    percents = {row[0]: row[1] for row in rows}
    parts = parts_of(session, percents)
    return {key: (parts[key], percent) for key, percent in percents.items() if key in parts}


def price_of_parts(
    parts: Sequence[Part], percent: Decimal, unit_prices: Mapping[int, Decimal]
) -> Decimal:
    """The price of one bundle from those of its parts, with the percentage taken off."""
    with localcontext(EXACT):
        whole = sum((part.quantity * unit_prices[part.product_id] for part in parts), Decimal(0))
        return whole * (_HUNDRED - percent) / _HUNDRED


def create_bundle(session: Session, values: Mapping[str, Any]) -> Bundle:
    """A new bundle with its parts. Raises InvalidInput, and Conflict where a bundle would hold
    another."""
    bundle = Bundle(pricing="own", percent=Decimal(0), note="", active=True)
    return _save(session, bundle, values)


def update_bundle(session: Session, bundle: Bundle, values: Mapping[str, Any]) -> Bundle:
    """Change those of a bundle's fields that are given; errors as in `create_bundle`. What was
    sold before keeps the parts that it was sold with: documents write them down."""
    return _save(session, bundle, values)


def _save(session: Session, bundle: Bundle, values: Mapping[str, Any]) -> Bundle:
    for name in ("product_id", "pricing", "percent", "note", "active"):
        if values.get(name) is not None:
            setattr(bundle, name, values[name])
    if bundle.product_id is None:
        raise InvalidInput.of("product_id", phrase("Choose the product that is sold as parts."))
    if not 0 <= bundle.percent < _HUNDRED:
        raise InvalidInput.of("percent", phrase("Take off between 0 and less than 100 percent."))
    if "parts" in values:
        _set_parts(bundle, values["parts"])
    problems = tuple(_part_problems(bundle))
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)
    with session.no_autoflush:
        _require_flat(session, bundle)
    session.add(bundle)
    session.flush()
    return bundle


def _set_parts(bundle: Bundle, sent: Iterable[Mapping[str, Any]]) -> None:
    known = {part.id: part for part in bundle.parts}
    kept: list[BundlePart] = []
    for place, values in enumerate(sent):
        given = dict(values)
        key = given.pop("id", None)
        part = BundlePart(quantity=Decimal(1)) if key is None else known.get(key)
        if part is None:
            raise InvalidInput.of(f"parts.{place}.id", phrase("There is no such line here."))
        for name, value in given.items():
            setattr(part, name, value)
        if part.quantity is None:
            part.quantity = Decimal(1)
        kept.append(part)
    bundle.parts = kept


def _part_problems(bundle: Bundle) -> Iterable[Problem]:
    if not bundle.parts:
        yield Problem("parts", phrase("Say what the bundle is made of."))
    seen: set[int] = set()
    for place, part in enumerate(bundle.parts):
        if part.product_id is None:
            yield Problem(f"parts.{place}.product_id", phrase("Choose a product."))
        elif part.product_id == bundle.product_id:
            yield Problem(f"parts.{place}.product_id", phrase("A bundle is no part of itself."))
        elif part.product_id in seen:
            yield Problem(
                f"parts.{place}.product_id",
                phrase("This product is a part already: raise its quantity."),
            )
        seen.add(part.product_id)
        if not 0 < part.quantity < _LARGEST:
            yield Problem(f"parts.{place}.quantity", phrase("Say how many are in the bundle."))
        if part.weight is not None and not 0 <= part.weight < _LARGEST:
            yield Problem(f"parts.{place}.weight", phrase("Shares are 0 or more."))


def _require_flat(session: Session, bundle: Bundle) -> None:
    """A bundle of bundles would have to be opened twice, and could hold itself."""
    inside = [part.product_id for part in bundle.parts]
    nested = session.scalar(
        select(Product.name)
        .join(Bundle, Bundle.product_id == Product.id)
        .where(Bundle.product_id.in_(inside))
        .limit(1)
    )
    within = session.scalar(
        select(Product.name)
        .join(Bundle, Bundle.product_id == Product.id)
        .join(BundlePart, BundlePart.bundle_id == Bundle.id)
        .where(BundlePart.product_id == bundle.product_id)
        .limit(1)
    )
    if nested is not None:
        raise Conflict(
            phrase("{name} is a bundle itself.", name=nested),
            fix=phrase("Put its parts into this bundle instead."),
        )
    if within is not None:
        raise Conflict(
            phrase("It is a part of the bundle {name}, so it cannot be one itself.", name=within),
            fix=phrase("Take it out of that bundle first."),
        )
