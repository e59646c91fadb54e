"""What variants of a template may differ in, and whether values make one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Result, select
from sqlalchemy.orm import Session

from addons.catalog.models import Attribute, AttributeValue, Exclusion, Template, TemplateValue
from core.api import InvalidInput, phrase


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
    return axes_of_all(session, [template_id])[template_id]


def axes_of_all(session: Session, template_ids: Collection[int]) -> dict[int, Axes]:
    """What variants of each of these templates differ in, in two statements."""
    rows: Result[*tuple[Any, ...]] = session.execute(
        select(
            TemplateValue.template_id,
            AttributeValue.id,
            AttributeValue.name,
            AttributeValue.code,
            Attribute.id,
            Attribute.name,
            TemplateValue.is_default,
        )
        .join(AttributeValue, AttributeValue.id == TemplateValue.value_id)
        .join(Attribute, Attribute.id == AttributeValue.attribute_id)
        .where(TemplateValue.template_id.in_(template_ids))
        .order_by(Attribute.position, Attribute.id, TemplateValue.position, TemplateValue.id)
    )
    found: dict[int, dict[int, list[Choice]]] = {one: {} for one in template_ids}
    for template_id, *row in rows:
        found[template_id].setdefault(row[3], []).append(Choice(*row))
    pairs: dict[int, set[frozenset[int]]] = {one: set() for one in template_ids}
    excluded = select(Exclusion.template_id, Exclusion.value_id, Exclusion.other_id)
    for template_id, *pair in session.execute(
        excluded.where(Exclusion.template_id.in_(template_ids))
    ):
        pairs[template_id].add(frozenset(pair))
    return {
        one: Axes({a: tuple(several) for a, several in choices.items()}, frozenset(pairs[one]))
        for one, choices in found.items()
    }


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
