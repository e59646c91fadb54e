"""Variants made when they are needed: by a document, by somebody who asks for one, never all that
are possible.

Whoever makes variants of a template, or changes it, holds its row, so that two who ask for the
same one get the same one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.models import (
    Attribute,
    AttributeValue,
    Brand,
    Category,
    Exclusion,
    Product,
    Template,
    TemplateValue,
)
from addons.catalog.models.shared import DESCRIBED
from addons.catalog.options import CatalogOptions
from addons.catalog.services.flow import flow
from addons.catalog.services.sku import make_skus
from core.api import InvalidInput, NotFound, options, phrase


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that variants of a template may have."""

    value_id: int
    name: str
    code: str
    attribute_id: int
    attribute: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class Axes:
    """What variants of a template differ in: choices by attribute, in the order of attributes, and
    the pairs of values that do not go together."""

    by_attribute: Mapping[int, tuple[Choice, ...]]
    excluded: frozenset[frozenset[int]]

    @property
    def choices(self) -> dict[int, Choice]:
        """All choices by the id of their value."""
        return {c.value_id: c for several in self.by_attribute.values() for c in several}

    def possible(self) -> int:
        """How many combinations there are, exclusions not counted off."""
        count = 1
        for several in self.by_attribute.values():
            count *= len(several)
        return count

    def excludes(self, value_ids: Collection[int]) -> bool:
        """Whether two of these values do not go together."""
        held = set(value_ids)
        return any(pair <= held for pair in self.excluded)

    def default(self, attribute_id: int) -> int:
        """The value that variants get which were there before this attribute."""
        several = self.by_attribute[attribute_id]
        return next((c.value_id for c in several if c.is_default), several[0].value_id)


def axes_of(session: Session, template_id: int) -> Axes:
    """What variants of a template differ in."""
    rows = session.execute(
        select(
            AttributeValue.id,
            AttributeValue.name,
            AttributeValue.code,
            Attribute.id,
            Attribute.name,
            TemplateValue.is_default,
        )
        .join(AttributeValue, AttributeValue.id == TemplateValue.value_id)
        .join(Attribute, Attribute.id == AttributeValue.attribute_id)
        .where(TemplateValue.template_id == template_id)
        .order_by(Attribute.position, Attribute.id, TemplateValue.position, TemplateValue.id)
    )
    found: dict[int, list[Choice]] = {}
    for row in rows:
        found.setdefault(row[3], []).append(Choice(*row))
    pairs = session.execute(
        select(Exclusion.value_id, Exclusion.other_id).where(Exclusion.template_id == template_id)
    )
    return Axes(
        {attribute: tuple(several) for attribute, several in found.items()},
        frozenset(frozenset(row) for row in pairs),
    )


def lock_template(session: Session, template_id: int) -> Template:
    """The template, held until the commit; raises NotFound."""
    template = session.get(Template, template_id, with_for_update=True)
    if template is None:
        raise NotFound(phrase("There is no such template."), fix=phrase("Choose one of the list."))
    return template


def variant_for(session: Session, template_id: int, value_ids: Collection[int]) -> int:
    """The id of the product with these values, one for each attribute of the template, made if
    there is none yet. Raises InvalidInput for values that the template does not have or that do
    not go together."""
    return variants_for(session, template_id, [value_ids])[0]


def variants_for(
    session: Session,
    template_id: int,
    combinations: Sequence[Collection[int]],
    skus: Sequence[str] = (),
) -> list[int]:
    """As `variant_for`, for many at once: a few statements. `skus` are the codes of those that are
    new, by place; an empty one is made by the pattern."""
    template = lock_template(session, template_id)
    axes = axes_of(session, template_id)
    keys = [require_combination(axes, template, values) for values in combinations]
    known = _known(session, template_id)
    new = {key: place for place, key in reversed(list(enumerate(keys))) if key not in known}
    if new:
        ordered = sorted(new, key=lambda key: new[key])
        given = [skus[new[key]] if skus else "" for key in ordered]
        known.update(_make(session, template, axes, ordered, given))
    return [known[key] for key in keys]


def require_combination(
    axes: Axes, template: Template, value_ids: Collection[int]
) -> tuple[int, ...]:
    """These values as a combination: sorted, one of each attribute. Raises InvalidInput."""
    choices = axes.choices
    held = sorted(set(value_ids))
    unknown = [value for value in held if value not in choices]
    attributes = [choices[value].attribute_id for value in held if value in choices]
    if unknown:
        raise InvalidInput.of(
            "values", phrase("{template} does not come with this value.", template=template.name)
        )
    missing = [
        several[0].attribute
        for attribute, several in axes.by_attribute.items()
        if attribute not in attributes
    ]
    if missing or len(attributes) != len(set(attributes)):
        name = missing[0] if missing else choices[held[0]].attribute
        raise InvalidInput.of("values", phrase("Choose one value of {attribute}.", attribute=name))
    if axes.excludes(held):
        names = ", ".join(choices[value].name for value in held)
        raise InvalidInput.of(
            "values", phrase("{template} does not come as {values}.",
                             template=template.name, values=names)
        )  # fmt: skip
    return tuple(held)


def _known(session: Session, template_id: int) -> dict[tuple[int, ...], int]:
    rows = session.execute(
        select(Product.combination, Product.id).where(Product.template_id == template_id)
    )
    return {tuple(row[0]): row[1] for row in rows}


def _make(
    session: Session,
    template: Template,
    axes: Axes,
    combinations: Sequence[tuple[int, ...]],
    skus: Sequence[str],
) -> dict[tuple[int, ...], int]:
    choices = axes.choices
    wanted = [
        (_pattern(session, template), _parts(session, template, [choices[v] for v in key]))
        for key, sku in zip(combinations, skus, strict=True)
        if not sku
    ]
    made = iter(make_skus(session, wanted))
    common = {name: getattr(template, name) for name in DESCRIBED}
    rows = [
        {
            **common,
            "template_id": template.id,
            "combination": list(key),
            "sku": sku or next(made),
            "active": True,
        }
        for key, sku in zip(combinations, skus, strict=True)
    ]
    require_free_skus(session, [row["sku"] for row in rows])
    products = [Product(**row) for row in rows]
    session.add_all(products)
    session.flush()
    found = {tuple(one.combination): one.id for one in products}
    flow(session, [template.id])
    return found


def require_free_skus(session: Session, skus: Sequence[str]) -> None:
    """Raise InvalidInput for a code that is taken, or there twice."""
    taken = session.scalar(select(Product.sku).where(Product.sku.in_(skus)).limit(1))
    twice = {sku for sku in skus if skus.count(sku) > 1} if len(set(skus)) < len(skus) else set()
    if taken is None and not twice:
        return
    raise InvalidInput.of(
        "sku",
        phrase("The code {sku} is taken.", sku=taken or min(twice)),
        fix=phrase("Give another one, or put {{number}} into the pattern of codes."),
    )


def _pattern(session: Session, template: Template) -> str:
    return template.sku_pattern or options(session, CatalogOptions).sku_pattern


def _parts(session: Session, template: Template, held: Iterable[Choice]) -> dict[str, str]:
    parts: dict[str, Any] = {"template": template.name}
    category = session.get(Category, template.category_id) if template.category_id else None
    brand = session.get(Brand, template.brand_id) if template.brand_id else None
    parts["category"] = (category.code or category.name) if category else ""
    parts["brand"] = brand.name if brand else ""
    parts |= {choice.attribute.casefold(): choice.code or choice.name for choice in held}
    return parts
