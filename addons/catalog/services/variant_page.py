"""What the page of a template's variants shows: those that there are, a part at a time, and what
they may differ in. It costs the same with five combinations and with five thousand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, product
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.models import Product, Template
from addons.catalog.services.choosing import Axes, axes_of
from addons.catalog.services.variants import lock_template, variants_for
from core.api import InvalidInput, NotFound, phrase

SHOWN: Final = 50
MOST_AT_ONCE: Final = 500
"""Variants that are made in one go. Whoever wants more of them does not want them all."""


@dataclass(frozen=True, slots=True)
class ShownVariant:
    """A variant as the page lists it."""

    id: int
    sku: str
    variant: str
    barcode: str
    sale_price: Decimal
    active: bool
    differs: bool


@dataclass(frozen=True, slots=True)
class VariantPage:
    """A template, what its variants may differ in, how many there could be and are, and those of
    them that are shown; `more` says that others follow."""

    template: Template
    axes: Axes
    possible: int
    made: int
    shown: tuple[ShownVariant, ...]
    more: bool


def variant_page(
    session: Session, template_id: int, value_ids: Collection[int], after: int
) -> VariantPage:
    """The variants with these values, those after this id. Raises NotFound."""
    template = session.get(Template, template_id)
    if template is None:
        raise NotFound(phrase("There is no such template."))
    axes = axes_of(session, template_id)
    statement = (
        select(
            Product.id,
            Product.sku,
            Product.variant,
            Product.barcode,
            Product.sale_price,
            Product.active,
            func.jsonb_array_length(Product.own) > 0,
        )
        .where(Product.template_id == template_id, Product.id > after)
        .order_by(Product.id)
        .limit(SHOWN + 1)
    )
    if value_ids:
        statement = statement.where(Product.combination.contains(sorted(value_ids)))
    rows = [ShownVariant(*row) for row in session.execute(statement)]
    return VariantPage(
        template,
        axes,
        axes.possible(),
        _made(session, template_id),
        tuple(rows[:SHOWN]),
        len(rows) > SHOWN,
    )


def make_combinations(
    session: Session, template_id: int, value_ids: Collection[int]
) -> tuple[list[int], int]:
    """Make the variants of every combination of these values that go together, and return their
    ids with how many of them are new. An attribute of which no value is named counts with all of
    them. Raises InvalidInput for more than can be made at once."""
    template = lock_template(session, template_id)
    axes = axes_of(session, template_id)
    unknown = set(value_ids) - set(axes.choices)
    if unknown or not axes.by_attribute:
        raise InvalidInput.of(
            "values", phrase("{template} does not come with this value.", template=template.name)
        )
    picked = [
        [one.value_id for one in several if one.value_id in value_ids]
        or [one.value_id for one in several]
        for several in axes.by_attribute.values()
    ]
    wanted = _allowed(axes, picked)
    before = _made(session, template_id)
    made = variants_for(session, template_id, wanted)
    return made, _made(session, template_id) - before


def _allowed(axes: Axes, picked: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    fitting = (values for values in product(*picked) if not axes.excludes(values))
    wanted = list(islice(fitting, MOST_AT_ONCE + 1))
    if len(wanted) > MOST_AT_ONCE:
        raise InvalidInput.of(
            "values",
            phrase("These are more than {limit} variants at once.", limit=MOST_AT_ONCE),
            fix=phrase(
                "Choose fewer values. The others are made by themselves when a document or a"
                " file names them."
            ),
        )
    if not wanted:
        raise InvalidInput.of("values", phrase("These values do not go together."))
    return wanted


def _made(session: Session, template_id: int) -> int:
    statement = select(func.count()).select_from(Product)
    return session.scalar(statement.where(Product.template_id == template_id)) or 0
