"""Brings a template's description into its variants, in one statement however many they are.

A variant is called like its template and its values, costs the template's price and what its
values add, and has everything else from it, except for what it has of its own (`Product.own`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    case,
    func,
    literal,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from addons.catalog.models import Attribute, AttributeValue, Product, Template, TemplateValue
from addons.catalog.models.shared import DESCRIBED, MAY_DIFFER

_WRITTEN: Final = ("variant", *DESCRIBED)
_EMPTY: Final = literal("")


def flow(session: Session, template_ids: Collection[int]) -> int:
    """Write the variants of these templates anew; returns how many changed. Products that the
    session holds are read again when they are next looked at."""
    if not template_ids:
        return 0
    session.flush()
    wanted = _wanted(sorted(set(template_ids)))
    statement = (
        update(Product)
        .where(Product.id == wanted.c.id, _differs(Product, wanted))
        .values({name: wanted.c[name] for name in _WRITTEN})
        .execution_options(synchronize_session=False)
    )
    changed: int = session.execute(statement).rowcount  # type: ignore[attr-defined]
    for held in session.identity_map.values():
        if isinstance(held, Product):
            session.expire(held)
    return changed


def astray(session: Session, limit: int = 20) -> list[str]:
    """The codes of products that say something else than their templates let them say."""
    wanted = _wanted(None)
    statement = select(Product.sku).join(wanted, wanted.c.id == Product.id)
    return list(
        session.scalars(
            statement.where(_differs(Product, wanted)).order_by(Product.id).limit(limit)
        )
    )


def _differs(product: Any, wanted: Subquery) -> ColumnElement[bool]:
    now = tuple_(*(getattr(product, name) for name in _WRITTEN))
    return now.is_distinct_from(tuple_(*(wanted.c[name] for name in _WRITTEN)))


def _wanted(template_ids: Collection[int] | None) -> Subquery:
    """What the variants should say; all there are, without templates."""
    product = aliased(Product)
    said = _said(product, template_ids).subquery()
    columns = [_expression(name, product, said).label(name) for name in DESCRIBED]
    return (
        select(product.id, said.c.variant, *columns)
        .select_from(product)
        .join(Template, Template.id == product.template_id)
        .join(said, said.c.id == product.id)
        .subquery()
    )


def _expression(name: str, product: Any, said: Subquery) -> ColumnElement[Any]:
    shared = getattr(Template, name)
    if name == "name":
        shared = shared + _in_brackets(said.c.said)
    elif name == "name_local":
        shared = case((shared == "", _EMPTY), else_=shared + _in_brackets(said.c.said_local))
    elif name == "sale_price":
        shared = func.greatest(shared + said.c.extra, 0)
    if name not in MAY_DIFFER:
        return shared
    return case((product.own.has_key(name), getattr(product, name)), else_=shared)


def _in_brackets(names: ColumnElement[str]) -> ColumnElement[str]:
    return case((names == "", _EMPTY), else_=func.concat(" (", names, ")"))


def _said(product: Any, template_ids: Collection[int] | None) -> Select[*tuple[Any, ...]]:
    """What the values of variants come to: their names in the order of their attributes, and what
    they add to the price."""
    held = func.unnest(product.combination).table_valued("value_id").render_derived().lateral()
    order = (Attribute.position, Attribute.id)
    local = func.coalesce(func.nullif(AttributeValue.name_local, ""), AttributeValue.name)
    statement = (
        select(
            product.id,
            _joined(Attribute.name + ": " + AttributeValue.name, "; ", order).label("variant"),
            _joined(AttributeValue.name, ", ", order).label("said"),
            _joined(local, ", ", order).label("said_local"),
            func.coalesce(func.sum(TemplateValue.price_extra), 0).label("extra"),
        )
        .select_from(product)
        .outerjoin(held, true())
        .outerjoin(AttributeValue, AttributeValue.id == held.c.value_id)
        .outerjoin(Attribute, Attribute.id == AttributeValue.attribute_id)
        .outerjoin(
            TemplateValue,
            (TemplateValue.template_id == product.template_id)
            & (TemplateValue.value_id == held.c.value_id),
        )
        .group_by(product.id)
    )
    if template_ids is not None:
        statement = statement.where(product.template_id.in_(template_ids))
    return statement


def _joined(text: Any, between: str, order: tuple[Any, ...]) -> ColumnElement[str]:
    ordered = aggregate_order_by(literal(between), *order)
    return func.coalesce(func.string_agg(text, ordered), "")
