"""Products: made one by one and by the thousand, changed, deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from addons.catalog.models import Brand, Category, Product, Template
from addons.catalog.models.shared import MAY_DIFFER
from addons.catalog.options import CatalogOptions
from addons.catalog.services.barcodes import insert_codes, keep_codes, require_free_codes
from addons.catalog.services.codes import require_code
from addons.catalog.services.describing import Describing
from addons.catalog.services.flow import flow
from addons.catalog.services.packagings import write_barcodes, write_packagings
from addons.catalog.services.sku import make_skus
from addons.catalog.services.templates import (
    require_changeable,
    require_unused,
    set_active,
)
from addons.catalog.services.variants import lock_template, require_free_skus
from core.api import InvalidInput, options, phrase

_LINES = ("barcodes", "packagings")


def create_product(session: Session, values: Mapping[str, Any]) -> Product:
    """A new product; see `create_products`."""
    return create_products(session, [values])[0]


def create_products(session: Session, several: Sequence[Mapping[str, Any]]) -> list[Product]:
    """New products without variants, each with a template of its own, in a few statements however
    many they are. One without a code gets it by the company's pattern.

    Raises InvalidInput that names what is wrong: fields, a code or a barcode that is taken.
    """
    describing = Describing(session)
    described = [describing.new(values) for values in several]
    actives = [bool(values.get("active", True)) for values in several]
    skus = _skus(session, several, described)
    codes = [require_code(values.get("barcode") or "", "barcode") for values in several]
    held = [code for code in codes if code]
    if len(set(held)) < len(held):
        raise InvalidInput.of("barcode", phrase("A barcode is there twice."))
    require_free_codes(session, held, ["barcode"] * len(held))
    templates = session.scalars(
        insert(Template).returning(Template.id, sort_by_parameter_order=True),
        [{**one, "active": active} for one, active in zip(described, actives, strict=True)],
    ).all()
    rows = [
        {
            **one,
            "template_id": template_id,
            "sku": sku,
            "barcode": code,
            "codes": code,
            "active": active,
        }
        for one, template_id, sku, code, active in zip(
            described, templates, skus, codes, actives, strict=True
        )
    ]
    products = list(
        session.scalars(insert(Product).returning(Product, sort_by_parameter_order=True), rows)
    )
    insert_codes(
        session,
        [
            {"product_id": one.id, "code": code, "role": "main"}
            for one, code in zip(products, codes, strict=True)
            if code
        ],
    )
    for product, values in zip(products, several, strict=True):
        _write_lines(session, product, values)
    return products


def update_product(session: Session, product: Product, values: Mapping[str, Any]) -> Product:
    """Change what is given of a product. What a variant shares with others is changed at its
    template; its name, price, weight, volume and description may be its own.

    Raises InvalidInput naming what is wrong, and Conflict as `update_template` does.
    """
    template = lock_template(session, product.template_id)
    changed = Describing(session).changed(product, values)
    if product.combination:
        _differ(product, template, changed)
    else:
        require_changeable(session, template, changed)
        for name, value in changed.items():
            setattr(template, name, value)
            setattr(product, name, value)
    sku = (values.get("sku") or product.sku).strip()
    if sku != product.sku:
        require_free_skus(session, [sku])
        product.sku = sku
    if "barcode" in values:
        product.barcode = require_code(values["barcode"] or "", "barcode")
    if "active" in values and values["active"] != product.active:
        product.active = values["active"]
        if not product.combination:
            set_active(session, template, product.active)
    session.flush()
    if "barcode" in values or any(name in values for name in _LINES):
        _write_lines(session, product, values, always=True)
    if product.combination:
        flow(session, [template.id])
    return product


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


def _differ(product: Product, template: Template, changed: Mapping[str, Any]) -> None:
    """Write what a variant has of its own. A text or number that is emptied is its template's
    again, and so is one that says the same."""
    own = set(product.own)
    for name, value in changed.items():
        if name not in MAY_DIFFER:
            raise InvalidInput.of(
                name,
                phrase("All variants of {template} share this.", template=template.name),
                fix=phrase("Change it at the template."),
            )
        if value in ("", None) or (name != "sale_price" and value == getattr(template, name)):
            own.discard(name)
        else:
            own.add(name)
            setattr(product, name, value)
    product.own = sorted(own)


def _write_lines(
    session: Session, product: Product, values: Mapping[str, Any], *, always: bool = False
) -> None:
    given = [name for name in _LINES if values.get(name) or (always and name in values)]
    if "packagings" in given:
        write_packagings(session, product, values["packagings"])
    if "barcodes" in given:
        write_barcodes(session, product, values["barcodes"])
    if given or always:
        keep_codes(session, product)


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
    categories = _names(session, Category, [one["category_id"] for one in missing])
    brands = _names(session, Brand, [one["brand_id"] for one in missing])
    made = iter(
        make_skus(
            session,
            [
                (
                    pattern,
                    {
                        "template": one["name"],
                        "category": categories.get(one["category_id"], ""),
                        "brand": brands.get(one["brand_id"], ""),
                    },
                )
                for one in missing
            ],
        )
    )
    return [sku or next(made) for sku in given]


def _names(session: Session, model: type[Any], ids: Sequence[int | None]) -> dict[int | None, str]:
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = session.execute(select(model.id, model.name).where(model.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}
