"""Products: made one by one and by the thousand, and deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Text, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.catalog.models import Brand, Category, Product, Template
from addons.catalog.models.shared import DESCRIBED
from addons.catalog.options import CatalogOptions
from addons.catalog.services.barcodes import insert_codes, keep_codes, require_free_codes
from addons.catalog.services.codes import require_code
from addons.catalog.services.describing import Describing
from addons.catalog.services.many_rows import insert_rows
from addons.catalog.services.packagings import write_lines
from addons.catalog.services.sku import make_skus
from addons.catalog.services.templates import require_unused
from addons.catalog.services.variant_rows import create_variants
from addons.catalog.services.variants import lock_template, names_of, require_free_skus
from core.api import InvalidInput, options, phrase

# The product of a template that has one alone: what the template says, with a code. Identities are
# given out in the order of the rows.
_COPIED: Final = (*DESCRIBED, "active")
_GIVEN: Final = (
    func.unnest(
        bindparam("templates", type_=ARRAY(BIGINT)),
        bindparam("skus", type_=ARRAY(Text)),
        bindparam("barcodes", type_=ARRAY(Text)),
    )
    .table_valued("template_id", "sku", "barcode", with_ordinality="place", name="given")
    .render_derived()
)
_OF_TEMPLATES: Final = (
    insert(Product.__table__)  # type: ignore[arg-type]
    .from_select(
        ("template_id", "sku", "barcode", "codes", *_COPIED),
        select(
            _GIVEN.c.template_id,
            _GIVEN.c.sku,
            _GIVEN.c.barcode,
            _GIVEN.c.barcode,
            *(Template.__table__.c[name] for name in _COPIED),
        )
        .join(Template.__table__, Template.__table__.c.id == _GIVEN.c.template_id)
        .order_by(_GIVEN.c.place),
        include_defaults=False,
    )
    .returning(Product.__table__.c.id)
)


def create_product(session: Session, values: Mapping[str, Any]) -> Product:
    """A new product; see `create_products`."""
    return create_products(session, [values])[0]


def create_products(session: Session, several: Sequence[Mapping[str, Any]]) -> list[Product]:
    """New products, in a few statements however many they are. One that says which `variant` it is
    ("Color: Red; Size: L") becomes one of the template that bears its name, or that it names by
    `template_id`. One without a code gets it by the company's pattern.

    Raises InvalidInput that names what is wrong: fields, a code or a barcode that is taken.
    """
    is_variant = [bool(v.get("variant") or v.get("template_id")) for v in several]
    codes = [require_code(values.get("barcode") or "", "barcode") for values in several]
    _require_free(session, [code for code in codes if code])
    coded = [{**v, "barcode": code} for v, code in zip(several, codes, strict=True)]
    variants = iter(
        create_variants(session, [v for v, one in zip(coded, is_variant, strict=True) if one])
    )
    alone = iter(
        _create_alone(session, [v for v, one in zip(coded, is_variant, strict=True) if not one])
    )
    products = [next(variants if one else alone) for one in is_variant]
    insert_codes(
        session,
        [
            {"product_id": product.id, "code": code, "role": "main"}
            for product, code in zip(products, codes, strict=True)
            if code
        ],
    )
    for product, values in zip(products, several, strict=True):
        if values.get("packagings") or values.get("barcodes"):
            write_lines(session, product, values)
            keep_codes(session, product)
    return products


def delete_product(session: Session, product: Product) -> None:
    """Delete a product that nothing names, and its template if it was the last of it."""
    template = lock_template(session, product.template_id)
    require_unused(session, [product.id])
    session.delete(product)
    session.flush()
    others = select(Product.id).where(Product.template_id == template.id).limit(1)
    if session.scalar(others) is None and not template.choices:
        session.delete(template)
        session.flush()


def _create_alone(session: Session, several: Sequence[Mapping[str, Any]]) -> list[Product]:
    """Products without variants, each with a template of its own."""
    if not several:
        return []
    describing = Describing(session)
    described = [
        {**describing.new(values), "active": values.get("active") is not False}
        for values in several
    ]
    skus = _skus(session, several, described)
    templates = insert_rows(session, Template, described)
    given = {
        "templates": templates,
        "skus": skus,
        "barcodes": [values["barcode"] for values in several],
    }
    ids = sorted(session.connection().execute(_OF_TEMPLATES, given).scalars())
    found = {one.id: one for one in session.scalars(select(Product).where(Product.id.in_(ids)))}
    return [found[product_id] for product_id in ids]


def _skus(
    session: Session,
    several: Sequence[Mapping[str, Any]],
    described: Sequence[Mapping[str, Any]],
) -> list[str]:
    given = [(values.get("sku") or "").strip() for values in several]
    require_free_skus(session, [sku for sku in given if sku])
    missing = [one for one, sku in zip(described, given, strict=True) if not sku]
    if not missing:
        return given
    pattern = options(session, CatalogOptions).sku_pattern
    code = func.coalesce(Category.code, Category.name)
    categories = names_of(session, Category.id, code, (one["category_id"] for one in missing))
    brands = names_of(session, Brand.id, Brand.name, (one["brand_id"] for one in missing))
    wanted = [
        (
            pattern,
            {
                "template": one["name"],
                "category": categories.get(one["category_id"], ""),
                "brand": brands.get(one["brand_id"], ""),
            },
        )
        for one in missing
    ]
    made = make_skus(session, wanted)
    require_free_skus(session, made)
    following = iter(made)
    return [sku or next(following) for sku in given]


def _require_free(session: Session, codes: Sequence[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise InvalidInput.of("barcode", phrase("{code} is there twice.", code=code))
        seen.add(code)
    require_free_codes(session, codes, ["barcode"] * len(codes))
