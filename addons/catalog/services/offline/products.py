"""Products for those who sell without a network, page by page or by their ids.

The database writes each as JSON: to make a hundred thousand of them in Python took four times as
long. What they look like is in docs/pos-sync.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, NUMERIC
from sqlalchemy.orm import Session

from addons.catalog.models import (
    Barcode,
    Bundle,
    BundlePart,
    Category,
    KnownCost,
    Packaging,
    Picture,
    PriceList,
    PriceRule,
    Product,
)
from addons.catalog.services.costs import unit_costs

_FROM_COST: Final = ("markup", "margin")
_PAGE: Final = """
WITH page AS MATERIALIZED (
  SELECT * FROM catalog.product AS p WHERE p.active AND p.sellable AND {which}
   ORDER BY p.id {limit}
), code AS (
  SELECT b.product_id, json_agg(json_build_object(
           'code', b.code, 'quantity', trim_scale(coalesce(k.quantity, 1))::text) ORDER BY b.id)
         AS found
    FROM catalog.barcode AS b JOIN page ON page.id = b.product_id
    LEFT JOIN catalog.packaging AS k ON k.id = b.packaging_id
   GROUP BY b.product_id
), pack AS (
  SELECT k.product_id, json_agg(json_build_object(
           'id', k.id, 'name', k.name, 'quantity', trim_scale(k.quantity)::text)
           ORDER BY k.position, k.id) AS found
    FROM catalog.packaging AS k JOIN page ON page.id = k.product_id
   WHERE k.for_sale GROUP BY k.product_id
), part AS (
  SELECT b.product_id, b.pricing = 'parts' AS of_parts, b.percent, json_agg(json_build_object(
           'product', one.product_id, 'quantity', trim_scale(one.quantity)::text)
           ORDER BY one.position, one.id) AS found
    FROM catalog.bundle AS b JOIN page ON page.id = b.product_id
    JOIN catalog.bundle_part AS one ON one.bundle_id = b.id
   WHERE b.active GROUP BY b.id
), picture AS (
  SELECT DISTINCT ON (page.id) page.id AS product_id, found.id
    FROM catalog.picture AS found
    JOIN page ON page.template_id = found.template_id
     AND (found.product_id IS NULL OR found.product_id = page.id)
   ORDER BY page.id, found.product_id NULLS LAST, found.position, found.id
), cost AS (
  SELECT * FROM unnest(:cost_ids, :costs) AS given(product_id, amount)
)
SELECT page.id, json_build_object(
  'id', page.id, 'template', page.template_id, 'sku', page.sku, 'name', page.name,
  'name_local', page.name_local, 'variant', page.variant, 'kind', page.kind,
  'category', page.category_id, 'categories', coalesce(category.path, '{{}}'),
  'brand', page.brand_id, 'unit', page.unit_id, 'sale_unit', page.sale_unit_id,
  'price', trim_scale(page.sale_price)::text, 'cost', trim_scale(cost.amount)::text,
  'tax_group', page.tax_group, 'tracking', page.tracking, 'expires', page.expires,
  'targets', ARRAY['product:' || page.id, 'template:' || page.template_id]
    || ARRAY(SELECT 'category:' || one.id
               FROM unnest(category.path) WITH ORDINALITY AS one(id, place)
              ORDER BY one.place DESC)
    || CASE WHEN page.brand_id IS NULL THEN '{{}}' ELSE ARRAY['brand:' || page.brand_id] END
    || ARRAY['all'],
  'barcodes', coalesce(code.found, '[]'), 'packagings', coalesce(pack.found, '[]'),
  'of_parts', coalesce(part.of_parts, false),
  'percent', trim_scale(coalesce(part.percent, 0))::text, 'parts', coalesce(part.found, '[]'),
  'picture', :pictures || picture.id)::text AS product
  FROM page
  LEFT JOIN catalog.category AS category ON category.id = page.category_id
  LEFT JOIN code ON code.product_id = page.id
  LEFT JOIN pack ON pack.product_id = page.id
  LEFT JOIN part ON part.product_id = page.id
  LEFT JOIN picture ON picture.product_id = page.id
  LEFT JOIN cost ON cost.product_id = page.id
 ORDER BY page.id
"""
_OF_PRODUCT: Final[Mapping[str, Any]] = {
    "catalog.barcode": Barcode,
    "catalog.packaging": Packaging,
    "catalog.known_cost": KnownCost,
    "catalog.bundle": Bundle,
}
_IDS: Final = bindparam("ids", type_=ARRAY(BIGINT))
_REACHED: Final[Mapping[str, Any]] = {
    "catalog.bundle_part": select(Bundle.product_id)
    .join(BundlePart, BundlePart.bundle_id == Bundle.id)
    .where(BundlePart.id == func.any(_IDS)),
    "catalog.category": select(Product.id)
    .join(Category, Category.id == Product.category_id)
    .where(Category.path.overlap(_IDS)),
    "catalog.picture": select(Product.id)
    .join(Picture, Picture.template_id == Product.template_id)
    .where(Picture.id == func.any(_IDS)),
    "catalog.template": select(Product.id).where(Product.template_id == func.any(_IDS)),
}
_COSTS: Final = (
    bindparam("cost_ids", type_=ARRAY(BIGINT)),
    bindparam("costs", type_=ARRAY(NUMERIC)),
)
_AFTER: Final = text(_PAGE.format(which="p.id > :after", limit="LIMIT :most")).bindparams(*_COSTS)
_THESE: Final = text(_PAGE.format(which="p.id = ANY(:ids)", limit="")).bindparams(
    bindparam("ids", type_=ARRAY(BIGINT)), *_COSTS
)


def offline_products(
    session: Session, after: int, most: int, pictures: str
) -> list[tuple[int, str]]:
    """The next products that are active and for sale, by their ids: each id with the product as
    JSON. `pictures` is put before the id of a picture."""
    costs = _needed_costs(session, _ids_after(session, after, most))
    given = {"after": after, "most": most, "pictures": pictures, **costs}
    return [(row[0], row[1]) for row in session.execute(_AFTER, given)]


def offline_products_of(
    session: Session, ids: Collection[int], pictures: str
) -> list[tuple[int, str]]:
    """As `offline_products`, of these ids; those that are gone, rest or are not for sale are left
    out."""
    if not ids:
        return []
    costs = _needed_costs(session, ids)
    given = {"ids": sorted(set(ids)), "pictures": pictures, **costs}
    return [(row[0], row[1]) for row in session.execute(_THESE, given)]


def products_told_by(session: Session, changed: Mapping[str, Collection[int]]) -> set[int]:
    """The products that look different to a till after records of these tables changed, such as
    `{"catalog.barcode": [7]}`: the products themselves, those to which the record belongs, and what
    lies in a category. What a deleted record belonged to is not known here any more."""
    found = set(changed.get("catalog.product", ()))
    for table, model in _OF_PRODUCT.items():
        ids = changed.get(table, ())
        if ids:
            found |= set(session.scalars(select(model.product_id).where(model.id.in_(ids))))
    for table, wanted in _REACHED.items():
        ids = changed.get(table, ())
        if ids:
            found |= set(session.scalars(wanted, {"ids": sorted(ids)}))
    return found - {None}


def _ids_after(session: Session, after: int, most: int) -> list[int]:
    if not _asks_costs(session):
        return []
    wanted = select(Product.id).where(Product.id > after, Product.active, Product.sellable)
    return list(session.scalars(wanted.order_by(Product.id).limit(most)))


def _asks_costs(session: Session) -> bool:
    """Whether a rule of an active list adds to what things cost."""
    rules = select(PriceRule.id).join(PriceList, PriceList.id == PriceRule.list_id)
    asks = rules.where(PriceList.active, PriceRule.method.in_(_FROM_COST)).limit(1)
    return session.scalar(asks) is not None


def _needed_costs(session: Session, ids: Collection[int]) -> dict[str, Any]:
    """What products cost, where that is asked at all: nobody at a till need know it else."""
    known = unit_costs(session, ids) if ids and _asks_costs(session) else {}
    return {"cost_ids": list(known), "costs": list(known.values())}
