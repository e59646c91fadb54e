"""Variants made when they are needed: by a document, by somebody who asks for one, never all that
are possible.

Whoever makes variants of a template, or changes it, holds its row, so that two who ask for the
same one get the same one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.models import Brand, Category, Product, Template
from addons.catalog.models.shared import DESCRIBED
from addons.catalog.options import CatalogOptions
from addons.catalog.services.choosing import Choice, axes_of, axes_of_all, require_combination
from addons.catalog.services.flow import flow
from addons.catalog.services.many_rows import insert_rows
from addons.catalog.services.sku import make_skus
from core.api import Conflict, InvalidInput, NotFound, options, phrase

Key = tuple[int, tuple[int, ...]]


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
    session: Session, template_id: int, combinations: Sequence[Collection[int]]
) -> list[int]:
    """As `variant_for`, for many at once: a few statements."""
    template = lock_template(session, template_id)
    axes = axes_of(session, template_id)
    keys = [require_combination(axes, template, values) for values in combinations]
    statement = select(Product.combination, Product.id).where(Product.template_id == template_id)
    known = {tuple(row[0]): row[1] for row in session.execute(statement)}
    new = list(dict.fromkeys(key for key in keys if key not in known))
    if new:
        made = make_variants(session, [template_id] * len(new), new, [""] * len(new))
        known.update(zip(new, made, strict=True))
        flow(session, [template_id])
    return [known[key] for key in keys]


def make_variants(
    session: Session,
    template_ids: Sequence[int],
    combinations: Sequence[Collection[int]],
    skus: Sequence[str],
) -> list[int]:
    """New variants, in a few statements however many they are of however many templates, which the
    caller holds and lets flow; an empty code is made by the pattern. Raises Conflict for one that
    is there, and InvalidInput as `variant_for` does."""
    ids = set(template_ids)
    templates = {t.id: t for t in session.scalars(select(Template).where(Template.id.in_(ids)))}
    axes = axes_of_all(session, ids)
    keys: list[Key] = [
        (one, require_combination(axes[one], templates[one], values))
        for one, values in zip(template_ids, combinations, strict=True)
    ]
    _require_new(session, keys)
    choices = {one: axes[one].choices for one in ids}
    wanted = [
        (templates[one].id, [choices[one][value] for value in values])
        for (one, values), sku in zip(keys, skus, strict=True)
        if not sku
    ]
    made = iter(_made_skus(session, templates, wanted))
    codes = [sku or next(made) for sku in skus]
    require_free_skus(session, codes)
    rows = [
        {
            **{name: getattr(templates[one], name) for name in DESCRIBED},
            "template_id": one,
            "combination": list(values),
            "sku": sku,
            "active": templates[one].active,
        }
        for (one, values), sku in zip(keys, codes, strict=True)
    ]
    return insert_rows(session, Product, rows)


def require_free_skus(session: Session, skus: Sequence[str]) -> None:
    """Raise InvalidInput for a code that is taken, or there twice."""
    if not skus:
        return
    taken = session.scalar(select(Product.sku).where(Product.sku.in_(skus)).limit(1))
    seen: set[str] = set()
    for sku in skus:
        if sku in seen or sku == taken:
            raise InvalidInput.of(
                "sku",
                phrase("The code {sku} is taken.", sku=sku),
                fix=phrase("Give another one, or put {{number}} into the pattern of codes."),
            )
        seen.add(sku)


def _require_new(session: Session, keys: Sequence[Key]) -> None:
    statement = select(Product.template_id, Product.combination, Product.sku, Product.name).where(
        Product.template_id.in_({template_id for template_id, _ in keys}),
        Product.combination.in_([list(values) for _, values in keys]),
    )
    known = {(row[0], tuple(row[1])): row for row in session.execute(statement)}
    seen: set[Key] = set()
    for key in keys:
        if key in known:
            sku, name = known[key][2], known[key][3]
            raise Conflict(
                phrase("There is {product} already, with the code {sku}.", product=name, sku=sku)
            )
        if key in seen:
            raise InvalidInput.of("variant", phrase("The same variant is there twice."))
        seen.add(key)


def names_of(
    session: Session, key: Any, name: Any, ids: Iterable[int | None]
) -> dict[int | None, str]:
    """What these are called, by their ids."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = session.execute(select(key, name).where(key.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def _made_skus(
    session: Session,
    templates: Mapping[int, Template],
    wanted: Sequence[tuple[int, Sequence[Choice]]],
) -> list[str]:
    if not wanted:
        return []
    chosen = options(session, CatalogOptions).sku_pattern
    needed = [templates[one] for one, _ in wanted]
    code = func.coalesce(Category.code, Category.name)
    categories = names_of(session, Category.id, code, (one.category_id for one in needed))
    brands = names_of(session, Brand.id, Brand.name, (one.brand_id for one in needed))
    asked = []
    for template_id, held in wanted:
        template = templates[template_id]
        parts = {
            "template": template.name,
            "category": categories.get(template.category_id, ""),
            "brand": brands.get(template.brand_id, ""),
        }
        parts |= {one.attribute.casefold(): one.code or one.name for one in held}
        asked.append((template.sku_pattern or chosen, parts))
    return make_skus(session, asked)
