"""Variants from rows that say which they are, templates and attributes made on the way: what a
file of variants comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from addons.catalog.models import AttributeValue, Product, Template, TemplateValue
from addons.catalog.models.shared import MAY_DIFFER
from addons.catalog.services.axes import bring_along
from addons.catalog.services.describing import Describing
from addons.catalog.services.flow import flow
from addons.catalog.services.said_variants import ensure_values, read_variant
from addons.catalog.services.variants import make_variants
from core.api import InvalidInput, phrase

Values = Mapping[str, Any]


def create_variants(session: Session, several: Sequence[Values]) -> list[Product]:
    """The variants that these values describe, in their order. The first of a name that is new
    says what its template is like; where another differs in what a variant may have of its own,
    it does. Raises InvalidInput for one that is there already, or that says too little."""
    if not several:
        return []
    said = [read_variant(values.get("variant") or "") for values in several]
    known = ensure_values(session, said)
    held = [
        [known[attribute.casefold(), value.casefold()] for attribute, value in one.items()]
        for one in said
    ]
    templates = _templates(session, several)
    _offer(session, templates, held)
    ids = [template.id for template in templates]
    skus = [(values.get("sku") or "").strip() for values in several]
    made = make_variants(session, ids, [[value.id for value in one] for one in held], skus)
    flow(session, set(ids))
    products = {
        product.id: product
        for product in session.scalars(select(Product).where(Product.id.in_(made)))
    }
    ordered = [products[product_id] for product_id in made]
    for product, values, template in zip(ordered, several, templates, strict=True):
        _own(product, values, template)
    session.flush()
    return ordered


def _templates(session: Session, several: Sequence[Values]) -> list[Template]:
    """The template of each, held until the commit: the one that is named, or one of that name."""
    ids = {values["template_id"] for values in several if values.get("template_id")}
    names = {_name(values) for values in several if not values.get("template_id")}
    statement = select(Template).where(Template.id.in_(ids) | Template.name.in_(names))
    rows = session.scalars(statement.order_by(Template.id).with_for_update()).all()
    by_id = {template.id: template for template in rows}
    by_name = {template.name: template for template in reversed(rows)}
    new = {
        _name(values): values
        for values in reversed(several)
        if not values.get("template_id") and _name(values) not in by_name
    }
    if new:
        describing = Describing(session)
        described = [{**describing.new(values), "name": name} for name, values in new.items()]
        made = session.scalars(
            insert(Template).returning(Template, sort_by_parameter_order=True), described
        )
        by_name |= {template.name: template for template in made}
    found = [
        by_id.get(values["template_id"]) if values.get("template_id") else by_name[_name(values)]
        for values in several
    ]
    if None in found:
        raise InvalidInput.of("template_id", phrase("There is no such template."))
    return [template for template in found if template is not None]


def _name(values: Values) -> str:
    name = (values.get("name") or "").strip()
    if not name:
        raise InvalidInput.of("name", phrase("Give the product a name."))
    return name


def _offer(
    session: Session, templates: Sequence[Template], held: Sequence[Sequence[AttributeValue]]
) -> None:
    """Let the templates come with these values; variants that are there get the defaults of
    attributes that they did not have."""
    rows: dict[tuple[int, int], dict[str, Any]] = {}
    for template, values in zip(templates, held, strict=True):
        for value in values:
            key = (template.id, value.id)
            rows[key] = {"template_id": key[0], "value_id": key[1], "position": value.position}
    if not rows:
        return
    new = upsert(TemplateValue).on_conflict_do_nothing().returning(TemplateValue.template_id)
    changed = set(session.scalars(new, list(rows.values())))
    there = select(Product.template_id).where(Product.template_id.in_(changed)).distinct()
    for template in templates:
        session.expire(template, ["choices"])
    for template in session.scalars(select(Template).where(Template.id.in_(there))):
        bring_along(session, template)


def _own(product: Product, values: Values, template: Template) -> None:
    """What a row says of itself, where it is something else than its template makes of it."""
    own = set(product.own)
    given = {name: values[name] for name in MAY_DIFFER if values.get(name) not in (None, "")}
    given.pop("name", None)
    given.pop("name_local", None)
    if values.get("own_name"):
        given["name"] = values["own_name"].strip()
    for name, value in given.items():
        _require_amount(name, value)
        if value != getattr(product, name):
            setattr(product, name, value)
            own.add(name)
    product.own = sorted(own)
    product.barcode = product.codes = values.get("barcode") or ""
    if values.get("active") is False:
        product.active = False


def _require_amount(name: str, value: Any) -> None:
    if isinstance(value, Decimal) and not (value.is_finite() and 0 <= value < Decimal("1e12")):
        raise InvalidInput.of(
            name, phrase("This is a number from 0 to {most}.", most="999999999999")
        )
