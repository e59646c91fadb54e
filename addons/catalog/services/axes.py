"""Writes which values a template's variants may have, and brings those that are there along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from addons.catalog.models import AttributeValue, Exclusion, Product, Template, TemplateValue
from addons.catalog.services.choosing import Axes, axes_of
from core.api import Conflict, InvalidInput, phrase

_RECOMBINE: Final = (
    update(Product.__table__)  # type: ignore[arg-type]
    .where(Product.__table__.c.id == bindparam("at"))
    .values(combination=bindparam("held"))
)


def write_choices(session: Session, template: Template, lines: Sequence[Mapping[str, Any]]) -> None:
    """Make a template's choices those of these lines. Variants keep their values and get the
    default of an attribute that is new; raises Conflict where they could not."""
    known: dict[Any, TemplateValue] = {choice.id: choice for choice in template.choices}
    # A line without an id that has a value which is there is that one.
    known |= {("value", choice.value_id): choice for choice in template.choices}
    kept: list[TemplateValue] = []
    seen: set[int] = set()
    for place, line in enumerate(lines):
        choice = known.get(line.get("id") or ("value", line.get("value_id"))) or TemplateValue()
        value_id = line.get("value_id", choice.value_id)
        if value_id is None or value_id in seen:
            raise InvalidInput.of(
                f"choices.{place}.value_id", phrase("Choose a value, each of them once.")
            )
        seen.add(value_id)
        choice.value_id = value_id
        choice.price_extra = _extra(line.get("price_extra", choice.price_extra), place)
        choice.is_default = bool(line.get("is_default", choice.is_default))
        choice.position = line.get("position") or place + 1
        kept.append(choice)
    template.choices = kept
    session.flush()
    bring_along(session, template)


def add_values(session: Session, template: Template, value_ids: Iterable[int]) -> None:
    """Let a template come with these values too; those that were there get defaults."""
    held = set(
        session.scalars(
            select(TemplateValue.value_id).where(TemplateValue.template_id == template.id)
        )
    )
    place = len(held)
    for value_id in value_ids:
        if value_id not in held:
            place += 1
            held.add(value_id)
            session.add(TemplateValue(template_id=template.id, value_id=value_id, position=place))
    session.flush()
    session.expire(template, ["choices"])
    bring_along(session, template)


def write_exclusions(
    session: Session, template: Template, lines: Sequence[Mapping[str, Any]]
) -> None:
    """Make the pairs of values that do not go together those of these lines. Raises Conflict where
    there is a variant with both."""
    known: dict[Any, Exclusion] = {one.id: one for one in template.exclusions}
    known |= {(one.value_id, one.other_id): one for one in template.exclusions}
    kept: list[Exclusion] = []
    attribute_of = {
        value: c.attribute_id for value, c in axes_of(session, template.id).choices.items()
    }
    for place, line in enumerate(lines):
        pair = (line.get("value_id"), line.get("other_id"))
        one = known.get(line.get("id") or pair) or Exclusion()
        one.value_id = line.get("value_id", one.value_id)
        one.other_id = line.get("other_id", one.other_id)
        first, second = attribute_of.get(one.value_id), attribute_of.get(one.other_id)
        if first is None or second is None or first == second:
            raise InvalidInput.of(
                f"exclusions.{place}.other_id",
                phrase("Choose two values that this template comes with, of two attributes."),
            )
        kept.append(one)
    template.exclusions = kept
    session.flush()
    _require_allowed(session, template, axes_of(session, template.id))


def bring_along(session: Session, template: Template) -> None:
    """Give the variants that are there the combinations that the template's choices ask for."""
    axes = axes_of(session, template.id)
    held = session.execute(
        select(Product.id, Product.combination, Product.active, Product.name)
        .where(Product.template_id == template.id)
        .order_by(Product.id)
    ).all()
    attribute_of = _attributes(session, {value for row in held for value in row[1]})
    changes: list[dict[str, Any]] = []
    taken: dict[tuple[int, ...], str] = {}
    for product_id, combination, active, name in held:
        _require_offered(axes, attribute_of, combination, active, name)
        wanted = _combination(axes, attribute_of, combination)
        if wanted in taken:
            raise Conflict(
                phrase("{one} and {other} would be the same.", one=taken[wanted], other=name),
                fix=phrase("Delete one of them, or keep the attribute in which they differ."),
            )
        taken[wanted] = name
        if list(wanted) != combination:
            changes.append({"at": product_id, "held": list(wanted)})
    if changes:
        session.connection().execute(_RECOMBINE, changes)


def _combination(
    axes: Axes, attribute_of: Mapping[int, int], combination: Iterable[int]
) -> tuple[int, ...]:
    held = {attribute_of[value]: value for value in combination}
    return tuple(sorted(held.get(one) or axes.default(one) for one in axes.by_attribute))


def _require_offered(
    axes: Axes,
    attribute_of: Mapping[int, int],
    combination: Iterable[int],
    active: bool,
    name: str,
) -> None:
    """A value that is still used cannot be taken away, unless its whole attribute is."""
    for value in combination:
        if active and attribute_of[value] in axes.by_attribute and value not in axes.choices:
            raise Conflict(
                phrase("{product} has a value that would be gone.", product=name),
                fix=phrase("Make it inactive first, or keep the value."),
            )


def _require_allowed(session: Session, template: Template, axes: Axes) -> None:
    if not axes.excluded:
        return
    held = select(Product.name, Product.combination).where(
        Product.template_id == template.id, Product.active
    )
    for name, combination in session.execute(held):
        if axes.excludes(combination):
            raise Conflict(
                phrase("There is {product} already.", product=name),
                fix=phrase("Make it inactive first."),
            )


def _attributes(session: Session, value_ids: set[int]) -> dict[int, int]:
    rows = session.execute(
        select(AttributeValue.id, AttributeValue.attribute_id).where(
            AttributeValue.id.in_(value_ids)
        )
    )
    return {row[0]: row[1] for row in rows}


def _extra(value: Decimal | None, place: int) -> Decimal:
    extra = Decimal(0) if value is None else value
    if not extra.is_finite() or abs(extra) >= Decimal("1e12"):
        raise InvalidInput.of(f"choices.{place}.price_extra", phrase("This is no price."))
    return extra
