"""Which variant a text means: "Color: Red; Size: L"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.catalog.models import Attribute, AttributeValue
from core.api import InvalidInput, phrase

_MOST: Final = 10
"""Attributes of one product; nobody tells variants apart by more."""


def read_variant(text: str, field: str = "variant") -> dict[str, str]:
    """The values that a text names, by the names of their attributes.

    >>> read_variant("Color: Red; Size: L")
    {'Color': 'Red', 'Size': 'L'}
    """
    found: dict[str, str] = {}
    for part in filter(str.strip, text.split(";")):
        attribute, colon, value = (piece.strip() for piece in part.partition(":"))
        if not (attribute and colon and value) or attribute in found:
            raise InvalidInput.of(
                field,
                phrase("{text} does not say which variant this is.", text=text),
                fix=phrase("Write it as Color: Red; Size: L."),
            )
        found[attribute] = value
    if len(found) > _MOST:
        raise InvalidInput.of(field, phrase("These are too many attributes."))
    return found


def ensure_values(
    session: Session, said: Iterable[Mapping[str, str]]
) -> dict[tuple[str, str], AttributeValue]:
    """Attributes and values of these names, made where they are missing, by both names in small
    letters. Whoever else makes the same at this moment is waited for."""
    wanted: dict[tuple[str, str], tuple[str, str]] = {}
    for values in said:
        for attribute, value in values.items():
            wanted.setdefault((attribute.casefold(), value.casefold()), (attribute, value))
    if not wanted:
        return {}
    attributes = _attributes(session, {key[0]: names[0] for key, names in wanted.items()})
    known = _values(session, attributes)
    missing = [key for key in wanted if key not in known]
    if missing:
        last = {attribute: _last(session, attributes[attribute]) for attribute, _ in missing}
        rows = []
        for attribute, value in missing:
            last[attribute] += 1
            rows.append(
                {
                    "attribute_id": attributes[attribute],
                    "name": wanted[attribute, value][1],
                    "position": last[attribute],
                }
            )
        session.execute(insert(AttributeValue).on_conflict_do_nothing(), rows)
        known = _values(session, attributes)
    return {key: known[key] for key in wanted}


def _attributes(session: Session, names: Mapping[str, str]) -> dict[str, int]:
    """The ids of the attributes, by their names in small letters."""
    statement = select(func.lower(Attribute.name), Attribute.id).where(
        func.lower(Attribute.name).in_([*names, *(name.lower() for name in names.values())])
    )
    known = {row[0].casefold(): row[1] for row in session.execute(statement)}
    missing = [name for key, name in names.items() if key not in known]
    if missing:
        last = session.scalar(select(func.coalesce(func.max(Attribute.position), 0))) or 0
        rows = [{"name": n, "position": last + place} for place, n in enumerate(missing, start=1)]
        session.execute(insert(Attribute).on_conflict_do_nothing(), rows)
        known = {row[0].casefold(): row[1] for row in session.execute(statement)}
    return known


def _values(
    session: Session, attributes: Mapping[str, int]
) -> dict[tuple[str, str], AttributeValue]:
    names = {attribute_id: name for name, attribute_id in attributes.items()}
    rows = session.scalars(
        select(AttributeValue).where(AttributeValue.attribute_id.in_(attributes.values()))
    )
    return {(names[row.attribute_id], row.name.casefold()): row for row in rows}


def _last(session: Session, attribute_id: int) -> int:
    statement = select(func.coalesce(func.max(AttributeValue.position), 0))
    return session.scalar(statement.where(AttributeValue.attribute_id == attribute_id)) or 0
