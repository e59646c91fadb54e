"""Products as values, for other addons: got by their ids, found by a code, suggested by a text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.catalog.models import Barcode, Category, Unit
from addons.catalog.models import Product as _Row
from addons.catalog.services.codes import plain_code
from core.api import (
    InvalidInput,
    Suggestion,
    fetch_rows,
    phrase,
)


@dataclass(frozen=True, slots=True)
class Product:
    """A product as other addons see it. `unit` is the code of the stock unit, `sale_price` is per
    stock unit in the company's currency."""

    id: int
    template_id: int
    sku: str
    name: str
    name_local: str
    kind: str
    category_id: int | None
    category_name: str
    unit_id: int
    unit: str
    unit_digits: int
    sale_unit_id: int | None
    purchase_unit_id: int | None
    tax_group: str
    tracking: str
    expires: bool
    weight: Decimal
    volume: Decimal
    sale_price: Decimal
    sellable: bool
    purchasable: bool
    barcode: str
    active: bool


_OF_OTHERS: Final[Mapping[str, Any]] = {
    "category_name": func.coalesce(Category.full_name, ""),
    "unit": Unit.code,
    "unit_digits": Unit.digits,
}
_COLUMNS: Final[tuple[Any, ...]] = tuple(
    _OF_OTHERS[name] if name in _OF_OTHERS else getattr(_Row, name)
    for name in Product.__dataclass_fields__
)
_PRODUCTS: Final[Select[*tuple[Any, ...]]] = (
    select(*_COLUMNS)
    .join(Unit, Unit.id == _Row.unit_id)
    .outerjoin(Category, Category.id == _Row.category_id)
)
# One parameter however many they are, so that the statement is prepared once.
_BY_IDS: Final = _PRODUCTS.where(_Row.id == func.any(bindparam("ids", type_=ARRAY(BIGINT))))


_WEIGHED: Final = 200
# The very expression of the index that the toolkit keeps for the search over products.
_TEXTS: Final[ColumnElement[str]] = func.core.fold(
    literal_column(
        "coalesce(product.sku, '') || ' ' || coalesce(product.name, '') || ' ' ||"
        " coalesce(product.name_local, '') || ' ' || coalesce(product.codes, '')"
    )
)


def get_products(session: Session, ids: Collection[int]) -> dict[int, Product]:
    """These products by their ids, in one statement; ids that are unknown are left out."""
    if not ids:
        return {}
    rows = fetch_rows(session, _BY_IDS, {"ids": sorted(set(ids))})
    return {row[0]: Product(*row) for row in rows}


def first_products(session: Session, limit: int) -> list[Product]:
    """Active products in the order in which they came, so many at the most."""
    rows = session.execute(_PRODUCTS.where(_Row.active).order_by(_Row.id).limit(limit))
    return [Product(*row) for row in rows]


def require_products(session: Session, ids: Collection[int], field: str) -> dict[int, Product]:
    """As `get_products`; raises InvalidInput, naming the field, where one of them is unknown."""
    found = get_products(session, ids)
    if len(found) < len(set(ids)):
        raise InvalidInput.of(field, phrase("There is no such product."))
    return found


def find_product(session: Session, text: str) -> Product | None:
    """The product with this code or barcode; None where there is none."""
    text = text.strip()
    if not text:
        return None
    by_code = select(Barcode.product_id).where(Barcode.code == plain_code(text))
    found = _PRODUCTS.where(or_(_Row.sku == text, _Row.id.in_(by_code)))
    row = session.execute(found.order_by((_Row.sku == text).desc(), _Row.id).limit(1)).first()
    return None if row is None else Product(*row)


def search_products(session: Session, text: str, limit: int = 10) -> Sequence[Product]:
    """Active products that a text means, best first: the code or barcode itself, then names in
    either language, codes and barcodes that hold every word of it."""
    words = text.split()
    if not words:
        return ()
    exact = find_product(session, text)
    found = [exact] if exact is not None and exact.active else []
    known = {one.id for one in found}
    rows = session.execute(_matching(words).limit(limit))
    found += [product for row in rows if (product := Product(*row)).id not in known]
    return found[:limit]


def suggest_products(session: Session, text: str) -> Sequence[Suggestion]:
    """What a text typed into a field of a product's code could become."""
    return [Suggestion(one.sku, f"{one.sku} {one.name}") for one in search_products(session, text)]


def product_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """What these products are called."""
    if not ids:
        return {}
    rows = session.execute(select(_Row.id, _Row.name).where(_Row.id.in_(set(ids))))
    return {row[0]: row[1] for row in rows}


def _matching(words: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """Products that hold every word. Only some are weighed where nearly all do: whoever typed so
    little will type more."""
    conditions = [_TEXTS.like(_pattern(word)) for word in words]
    few = select(_Row.id).where(_Row.active, *conditions).limit(_WEIGHED).subquery()
    return _PRODUCTS.where(_Row.id.in_(select(few.c.id))).order_by(_Row.name, _Row.id)


def _pattern(word: str) -> Any:
    # Two letters make no trigram but at the beginning of a word; a folded word ends in no space.
    start = "% " if len(word) < 3 else "%"
    return func.concat(start, func.btrim(func.core.fold(word)), "%")
