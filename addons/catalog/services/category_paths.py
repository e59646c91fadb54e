"""Categories as other addons see them: each with those above it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.models import Category


def category_paths(session: Session, category_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The ids from the root down to each of these categories, itself the last; those that are
    unknown are left out."""
    if not category_ids:
        return {}
    rows = session.execute(
        select(Category.id, Category.path).where(Category.id.in_(set(category_ids)))
    )
    return {category_id: tuple(path) for category_id, path in rows}
