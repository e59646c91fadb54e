"""Categories and brands that a file names, made where they are missing."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.catalog.models import Brand, Category
from addons.catalog.services.categories import create_category


def ensure_categories(
    session: Session, paths: Collection[tuple[str, ...]]
) -> dict[tuple[str, ...], int]:
    """The ids of categories by the names from the root down to them."""
    rows = session.execute(select(Category.full_name, Category.id)).all()
    known: dict[tuple[str, ...], int] = {tuple(row[0].split(" / ")): row[1] for row in rows}
    for path in sorted(paths):
        for depth in range(1, len(path) + 1):
            part = path[:depth]
            if part not in known:
                values = {"name": part[-1], "parent_id": known.get(part[:-1])}
                known[part] = create_category(session, values).id
    return {path: known[path] for path in paths}


def ensure_brands(session: Session, names: Collection[str]) -> dict[str, int]:
    """The ids of brands by their names."""
    if not names:
        return {}
    rows = [{"name": name} for name in sorted(names)]
    session.execute(insert(Brand).on_conflict_do_nothing(), rows)
    found = session.execute(select(Brand.name, Brand.id).where(Brand.name.in_(names)))
    return {row[0]: row[1] for row in found}
