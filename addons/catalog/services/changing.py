"""Products changed, many at once in a few statements: prices from a file, a page, the grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.models import Product, Template, TemplateValue
from addons.catalog.models.shared import MAY_DIFFER
from addons.catalog.services.barcodes import keep_codes
from addons.catalog.services.changed_rows import write_changed
from addons.catalog.services.codes import require_code
from addons.catalog.services.describing import Describing
from addons.catalog.services.flow import flow
from addons.catalog.services.packagings import write_lines
from addons.catalog.services.templates import require_changeable, set_active
from addons.catalog.services.variants import require_free_skus
from core.api import InvalidInput, phrase

Change = tuple[Product, Mapping[str, Any]]
_CODED: Final = ("barcode", "barcodes", "packagings")
_FIXED: Final = ("template_id", "variant")
_PRICE: Final = "sale_price"


def update_product(session: Session, product: Product, values: Mapping[str, Any]) -> Product:
    """Change what is given of a product; see `update_products`."""
    return update_products(session, [(product, values)])[0]


def update_products(session: Session, several: Sequence[Change]) -> list[Product]:
    """Change what is given of each product. What a variant shares with others is changed at its
    template; its name, price, weight, volume and description may be its own.

    Raises InvalidInput naming what is wrong, and Conflict as `update_template` does.
    """
    flowing: set[int] = set()
    if any(isinstance(one, Template) for one in session.dirty):
        session.flush()  # what is read again under the lock must not be lost
    # A product is written once, with all that changes of it.
    with session.no_autoflush:
        templates = _locked(session, [product.template_id for product, _ in several])
        extras = _extras(session, several)
        describing = Describing(session)
        for product, values in several:
            template = templates[product.template_id]
            _require_place(product, template, values)
            changed = describing.changed(product, values)
            if product.combination:
                _differ(product, template, changed, extras)
                flowing.add(template.id)
            elif changed:
                require_changeable(session, template, changed)
                for name, value in changed.items():
                    setattr(template, name, value)
                    setattr(product, name, value)
        _rename(session, several)
        coded = _set_barcodes(several)
        write_changed(session, Template, templates.values())
        write_changed(session, Product, [product for product, _ in several])
    for product, values in coded:
        write_lines(session, product, values)
        keep_codes(session, product)
    for product, values in several:
        if values.get("active", product.active) != product.active:
            product.active = values["active"]
            if not product.combination:
                set_active(session, templates[product.template_id], product.active)
    session.flush()
    flow(session, flowing)
    return [product for product, _ in several]


def _locked(session: Session, ids: Sequence[int]) -> dict[int, Template]:
    """The templates, held until the commit, in the order of their ids."""
    statement = select(Template).where(Template.id.in_(set(ids))).order_by(Template.id)
    rows = session.scalars(statement.with_for_update().execution_options(populate_existing=True))
    return {template.id: template for template in rows}


def _require_place(product: Product, template: Template, values: Mapping[str, Any]) -> None:
    """A product stays the variant that it is: documents name it as that."""
    for name in _FIXED:
        if name in values and (values[name] or "") not in ("", getattr(product, name)):
            raise InvalidInput.of(
                name,
                phrase("{product} stays what it is.", product=product.name),
                fix=phrase("Make another variant of {template}.", template=template.name),
            )


def _extras(session: Session, several: Sequence[Change]) -> Mapping[int, Decimal]:
    """What their values add to the price of those variants whose price is told."""
    told = [product.id for product, values in several if product.combination and _PRICE in values]
    if not told:
        return {}
    rows = session.execute(
        select(Product.id, func.sum(TemplateValue.price_extra))
        .join(
            TemplateValue,
            (TemplateValue.template_id == Product.template_id)
            & (TemplateValue.value_id == func.any(Product.combination)),
        )
        .where(Product.id.in_(told))
        .group_by(Product.id)
    )
    return {row[0]: row[1] for row in rows}


def _differ(
    product: Product,
    template: Template,
    changed: Mapping[str, Any],
    extras: Mapping[int, Decimal],
) -> None:
    """Write what a variant has of its own. What is emptied, or says what its template makes of it,
    is its template's again."""
    own = set(product.own)
    for name, value in changed.items():
        if name not in MAY_DIFFER:
            raise InvalidInput.of(
                name,
                phrase("All variants of {template} share this.", template=template.name),
                fix=phrase("Change it at the template."),
            )
        if value in ("", _made_of(product, template, name, extras)):
            own.discard(name)
        else:
            own.add(name)
            setattr(product, name, value)
    product.own = sorted(own)


def _made_of(product: Product, template: Template, name: str, extras: Mapping[int, Decimal]) -> Any:
    """What the template alone makes of a variant."""
    if name == "name":
        values = (part.partition(": ")[2] for part in product.variant.split("; "))
        return f"{template.name} ({', '.join(values)})"
    if name == _PRICE:
        return max(template.sale_price + extras.get(product.id, Decimal(0)), Decimal(0))
    return getattr(template, name)


def _rename(session: Session, several: Sequence[Change]) -> None:
    renamed = {}
    for product, values in several:
        sku = (values.get("sku") or product.sku).strip()
        if sku != product.sku:
            renamed[product] = sku
    require_free_skus(session, list(renamed.values()))
    for product, sku in renamed.items():
        product.sku = sku


def _set_barcodes(several: Sequence[Change]) -> list[Change]:
    """Those of which other codes or packagings are told, each with its barcode."""
    coded = []
    for product, values in several:
        if not any(name in values for name in _CODED):
            continue
        barcode = require_code(values.get("barcode", product.barcode) or "", "barcode")
        if barcode == product.barcode and "barcodes" not in values and "packagings" not in values:
            continue
        product.barcode = barcode
        coded.append((product, values))
    return coded
