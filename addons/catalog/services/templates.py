"""Templates: made, changed with all their variants, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.models import Product, Template
from addons.catalog.services.axes import write_choices, write_exclusions
from addons.catalog.services.describing import Describing
from addons.catalog.services.flow import flow
from addons.catalog.services.sku import require_sku_pattern
from addons.catalog.services.usage import used_products
from addons.catalog.services.variants import variant_for
from core.api import Conflict, phrase


def create_template(session: Session, values: Mapping[str, Any]) -> Template:
    """A new template. One without attributes has its product at once, any other has variants when
    somebody needs them. Raises InvalidInput that names what is wrong."""
    described = Describing(session).new(values)
    template = Template(
        **described, sku_pattern=_pattern(values), active=values.get("active", True)
    )
    session.add(template)
    session.flush()
    write_choices(session, template, values.get("choices", ()))
    write_exclusions(session, template, values.get("exclusions", ()))
    if not template.choices:
        variant_for(session, template.id, ())
    return template


def update_template(session: Session, template: Template, values: Mapping[str, Any]) -> Template:
    """Change what is given of a template, and its variants with it.

    Attributes can come and go at any time: variants that are there get an added attribute's
    default. Raises Conflict for what would make variants alike, take a value away from one that is
    in use, or change the unit of something that is in stock or in documents.
    """
    session.refresh(template, with_for_update=True)
    changed = Describing(session).changed(template, values)
    require_changeable(session, template, changed)
    for name, value in changed.items():
        setattr(template, name, value)
    if "sku_pattern" in values:
        template.sku_pattern = _pattern(values)
    if "active" in values:
        set_active(session, template, values["active"])
    if "choices" in values:
        write_choices(session, template, values["choices"])
    if "exclusions" in values:
        write_exclusions(session, template, values["exclusions"])
    flow(session, [template.id])
    return template


def delete_template(session: Session, template: Template) -> None:
    """Delete a template and its variants, if nothing names them."""
    session.refresh(template, with_for_update=True)
    ids = session.scalars(select(Product.id).where(Product.template_id == template.id)).all()
    require_unused(session, ids)
    for product in session.scalars(select(Product).where(Product.template_id == template.id)):
        session.delete(product)
    session.flush()
    session.delete(template)
    session.flush()


def set_active(session: Session, template: Template, active: bool) -> None:
    """Put a template to rest with its variants, or bring it back; variants that rested before it
    come back too where it has no attributes."""
    if template.active == active:
        return
    template.active = active
    variants = select(Product).where(Product.template_id == template.id)
    for product in session.scalars(variants.with_for_update()):
        if not active or not product.combination:
            product.active = active
    session.flush()


def require_changeable(session: Session, template: Template, changed: Mapping[str, Any]) -> None:
    """Raise Conflict, naming the way out, where goods are in stock or in documents that this
    change would make mean something else."""
    guarded = [name for name in ("unit_id", "tracking", "kind", "expires") if name in changed]
    if not guarded:
        return
    ids = session.scalars(select(Product.id).where(Product.template_id == template.id)).all()
    used = used_products(session, ids)
    if not used:
        return
    if "unit_id" in guarded:
        raise Conflict(
            phrase("{product} is in documents or in stock in its present unit.",
                   product=template.name),
            fix=phrase("Make another product with the new unit, and this one inactive."),
        )  # fmt: skip
    raise Conflict(
        phrase("{product} is in documents or in stock as it is.", product=template.name),
        fix=phrase("Make another product, and this one inactive."),
    )


def require_unused(session: Session, product_ids: Any) -> None:
    """Raise Conflict where something names one of these products."""
    used = used_products(session, product_ids)
    if used:
        name = session.scalar(select(Product.name).where(Product.id == min(used)))
        raise Conflict(
            phrase("{product} is named in stock or in documents.", product=name or ""),
            fix=phrase("Make it inactive instead."),
        )


def _pattern(values: Mapping[str, Any]) -> str:
    pattern = (values.get("sku_pattern") or "").strip()
    if pattern:
        require_sku_pattern(pattern)
    return pattern
