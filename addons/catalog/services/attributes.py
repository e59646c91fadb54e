"""Attributes and their values; what they are called flows into the variants that have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.models import Attribute, AttributeValue, Product, TemplateValue
from addons.catalog.services.flow import flow
from core.api import Conflict, InvalidInput, phrase


def create_attribute(session: Session, values: Mapping[str, Any]) -> Attribute:
    """A new attribute with its values; raises InvalidInput for names that are there twice."""
    attribute = Attribute()
    return _write(session, attribute, values)


def update_attribute(
    session: Session, attribute: Attribute, values: Mapping[str, Any]
) -> Attribute:
    """Change an attribute and its values; raises Conflict where a value that would be gone is one
    of a variant's."""
    _write(session, attribute, values)
    ids = [value.id for value in attribute.values]
    templates = session.scalars(
        select(TemplateValue.template_id).where(TemplateValue.value_id.in_(ids)).distinct()
    ).all()
    flow(session, templates)
    return attribute


def delete_attribute(session: Session, attribute: Attribute) -> None:
    """Delete an attribute that no template has."""
    _require_unused(session, list(attribute.values))
    session.delete(attribute)
    session.flush()


def _write(session: Session, attribute: Attribute, values: Mapping[str, Any]) -> Attribute:
    for name in ("name", "name_local"):
        if name in values:
            setattr(attribute, name, (values[name] or "").strip())
    if not attribute.name:
        raise InvalidInput.of("name", phrase("Give the attribute a name: Colour."))
    if values.get("position") is not None:
        attribute.position = values["position"]
    if "values" in values:
        _write_values(session, attribute, values["values"])
    session.add(attribute)
    session.flush()
    return attribute


def _write_values(
    session: Session, attribute: Attribute, lines: Sequence[Mapping[str, Any]]
) -> None:
    known: dict[Any, AttributeValue] = {value.id: value for value in attribute.values}
    by_name = {value.name: value.id for value in attribute.values}
    kept: list[AttributeValue] = []
    names: set[str] = set()
    for place, line in enumerate(lines):
        key = line.get("id") or by_name.get(line.get("name") or "")
        value = known.pop(key, None) or AttributeValue()
        for name in ("name", "name_local", "code"):
            if name in line:
                setattr(value, name, (line[name] or "").strip())
        if not value.name or value.name.casefold() in names:
            raise InvalidInput.of(
                f"values.{place}.name", phrase("Give each value a name of its own.")
            )
        names.add(value.name.casefold())
        value.position = line.get("position") or place + 1
        kept.append(value)
    _require_unused(session, list(known.values()))
    attribute.values = kept


def _require_unused(session: Session, values: Sequence[AttributeValue]) -> None:
    ids = [value.id for value in values if value.id is not None]
    if not ids:
        return
    held = select(Product.name).where(Product.combination.overlap(ids)).limit(1)
    offered = select(TemplateValue.template_id).where(TemplateValue.value_id.in_(ids)).limit(1)
    name = session.scalar(held)
    if name is None and session.scalar(offered) is None:
        return
    raise Conflict(
        phrase("{product} comes with this value.", product=name)
        if name
        else phrase("A template comes with this value."),
        fix=phrase("Take it away at the template first."),
    )
