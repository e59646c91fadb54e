"""The tree of categories: where each hangs, what it is called in full, no circles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.catalog.models import Category, Product
from core.api import Conflict, InvalidInput, phrase

_BETWEEN: Final = re.compile(r"(?:^|\s)[/>](?=\s|$)")
_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtext('catalog.category'))")
# All that hangs below is written anew: where it hangs, and what it is called in full.
_GROW: Final = text("""
WITH RECURSIVE tree (id, path, full_name) AS (
  SELECT c.id, coalesce(p.path, '{}') || c.id,
         CASE WHEN p.id IS NULL THEN c.name ELSE p.full_name || ' / ' || c.name END
    FROM catalog.category AS c LEFT JOIN catalog.category AS p ON p.id = c.parent_id
   WHERE c.id = :id
  UNION ALL
  SELECT c.id, tree.path || c.id, tree.full_name || ' / ' || c.name
    FROM catalog.category AS c JOIN tree ON c.parent_id = tree.id
)
UPDATE catalog.category AS c SET path = tree.path, full_name = tree.full_name
  FROM tree
 WHERE c.id = tree.id AND (c.path, c.full_name) IS DISTINCT FROM (tree.path, tree.full_name)
""")


def parts_of(path: str) -> tuple[str, ...]:
    """The names on the way to a category, from the root: `Food / Rice` and `Food > Rice` are two.
    A slash between letters belongs to a name: `Tyres/Tubes` is one."""
    return tuple(part for part in map(str.strip, _BETWEEN.split(path)) if part)


def create_category(session: Session, values: Mapping[str, Any]) -> Category:
    """A new category; raises InvalidInput for a name that its neighbour has."""
    category = Category()
    return _write(session, category, values)


def update_category(session: Session, category: Category, values: Mapping[str, Any]) -> Category:
    """Change a category; everything below it follows. Raises InvalidInput for a circle."""
    return _write(session, category, values)


def delete_category(session: Session, category: Category) -> None:
    """Delete a category that has nothing in it."""
    child = select(Category.name).where(Category.parent_id == category.id).limit(1)
    product = select(Product.name).where(Product.category_id == category.id).limit(1)
    inside = session.scalar(child) or session.scalar(product)
    if inside is not None:
        raise Conflict(
            phrase("{inside} is in {category}.", inside=inside, category=category.full_name),
            fix=phrase("Move what is in it first, or make the category inactive."),
        )
    session.delete(category)
    session.flush()


def _write(session: Session, category: Category, values: Mapping[str, Any]) -> Category:
    # Two who hang categories below each other would make a circle that neither sees.
    session.execute(_LOCK)
    for name in ("name", "name_local", "tax_group"):
        if name in values:
            setattr(category, name, (values[name] or "").strip())
    if "code" in values:
        category.code = (values["code"] or "").strip() or None
    for name in ("parent_id", "active"):
        if name in values and (values[name] is not None or name == "parent_id"):
            setattr(category, name, values[name])
    with session.no_autoflush:
        _require_sound(session, category)
    session.add(category)
    session.flush()
    session.execute(_GROW, {"id": category.id})
    for held in session.identity_map.values():
        if isinstance(held, Category):
            session.expire(held)
    return category


def _require_sound(session: Session, category: Category) -> None:
    if not category.name:
        raise InvalidInput.of("name", phrase("Give the category a name."))
    if len(parts_of(category.name)) != 1:
        raise InvalidInput.of(
            "name",
            phrase("“ / ” and “ > ” stand between a category and the one inside of it."),
            fix=phrase("Write the slash without blanks, or make the category inside of the other."),
        )
    same = select(Category.id).where(
        Category.name == category.name,
        Category.parent_id == category.parent_id
        if category.parent_id is not None
        else Category.parent_id.is_(None),
        Category.id != (category.id or 0),
    )
    if session.scalar(same.limit(1)) is not None:
        raise InvalidInput.of(
            "name", phrase("There is a category {name} here.", name=category.name)
        )
    if category.parent_id is None:
        return
    path = session.scalar(select(Category.path).where(Category.id == category.parent_id))
    if path is None:
        raise InvalidInput.of("parent_id", phrase("There is no such category."))
    if category.id is not None and category.id in path:
        raise InvalidInput.of(
            "parent_id", phrase("{name} would be inside itself.", name=category.name)
        )
