"""Categories and brands that a file names, made where they are missing."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.catalog.models import Brand, Category
from addons.catalog.services.categories import create_category, parts_of
from core.api import InvalidInput, phrase


def ensure_categories(
    session: Session, paths: Collection[tuple[str, ...]]
) -> dict[tuple[str, ...], int]:
    """The ids of categories by the names from the root down to them, however they are written."""
    if not paths:
        return {}
    known = _known(session)
    for path in sorted(paths):
        _make(session, path, known)
    return {path: known[_folded(path)] for path in paths}


def category_of_path(session: Session, text: str) -> tuple[Category, list[Category]]:
    """The category that a path such as `Food / Rice` means, and those of the path that were
    missing and are made. Raises InvalidInput for an empty path."""
    path = parts_of(text)
    if not path:
        raise InvalidInput(phrase("Give the category a name."))
    known = _known(session)
    made = _make(session, path, known)
    return session.get_one(Category, known[_folded(path)]), made


def _known(session: Session) -> dict[tuple[str, ...], int]:
    rows = session.execute(select(Category.full_name, Category.id).order_by(Category.id.desc()))
    return {_folded(parts_of(full_name)): category_id for full_name, category_id in rows}


def _make(
    session: Session, path: tuple[str, ...], known: dict[tuple[str, ...], int]
) -> list[Category]:
    made: list[Category] = []
    for depth in range(1, len(path) + 1):
        part = _folded(path[:depth])
        if part not in known:
            values = {"name": path[depth - 1], "parent_id": known.get(part[:-1])}
            made.append(create_category(session, values))
            known[part] = made[-1].id
    return made


def _folded(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.casefold() for name in path)


def ensure_brands(session: Session, names: Collection[str]) -> dict[str, int]:
    """The ids of brands by their names."""
    if not names:
        return {}
    rows = [{"name": name} for name in sorted(names)]
    session.execute(insert(Brand).on_conflict_do_nothing(), rows)
    found = session.execute(select(Brand.name, Brand.id).where(Brand.name.in_(names)))
    return {row[0]: row[1] for row in found}
