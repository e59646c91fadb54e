"""Dimensions, their values and rules: kept by people, checked before they are saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.models.dimensions import (
    Dimension,
    DimensionDefault,
    DimensionRule,
    DimensionValue,
)
from addons.accounting.services.dimensions.rules import forget_rules
from addons.accounting.services.dimensions.splits import read_split_of
from core.api import Conflict, InvalidInput, Problem, phrase

_SIGNS: Final = " \t\n,;:%،؛٪"
_IN_USE: Final = text("""
SELECT EXISTS (SELECT 1 FROM accounting.journal_line
                WHERE analytic IS NOT NULL
                  AND analytic -> CAST(:dimension AS text) ? CAST(:value AS text))
""")


def create_dimension(session: Session, values: Mapping[str, Any]) -> Dimension:
    """A new dimension with its rules and defaults."""
    return _written(session, Dimension(), values)


def update_dimension(
    session: Session, dimension: Dimension, values: Mapping[str, Any]
) -> Dimension:
    """Change a dimension. Posted lines keep the words that they were posted with."""
    return _written(session, dimension, values)


def create_value(session: Session, values: Mapping[str, Any]) -> DimensionValue:
    """A new value of a dimension."""
    value = DimensionValue()
    _write_value(session, value, values)
    session.add(value)
    session.flush()
    return value


def update_value(
    session: Session, value: DimensionValue, values: Mapping[str, Any]
) -> DimensionValue:
    """Change a value; it stays with its dimension once lines name it."""
    moved = values.get("dimension_id", value.dimension_id) != value.dimension_id
    if moved:
        _require_unused(session, value)
    _write_value(session, value, values)
    session.flush()
    return value


def delete_value(session: Session, value: DimensionValue) -> None:
    """Remove a value that no line names and that is nobody's parent."""
    _require_unused(session, value)
    child = select(DimensionValue.code).where(DimensionValue.parent_id == value.id).limit(1)
    if (code := session.scalar(child)) is not None:
        raise Conflict(
            phrase("{child} is part of {value}.", child=code, value=value.code),
            fix=phrase("Give it another parent first."),
        )
    session.delete(value)
    session.flush()


def _require_unused(session: Session, value: DimensionValue) -> None:
    given = {"dimension": str(value.dimension_id), "value": str(value.id)}
    if session.scalar(_IN_USE, given):
        raise Conflict(
            phrase("Entries are split to {value}.", value=value.code),
            fix=phrase("Take it out of use instead: untick “Active”."),
        )


def _written(session: Session, dimension: Dimension, values: Mapping[str, Any]) -> Dimension:
    _require_code(values)
    for name in ("code", "name", "name_local", "active"):
        if name in values:
            setattr(dimension, name, values[name])
    session.add(dimension)
    session.flush()
    for field, model in (("rules", DimensionRule), ("defaults", DimensionDefault)):
        if field in values:
            with session.no_autoflush:
                lines = _kept(dimension, field, model, values[field])
                if field == "defaults":
                    _require_readable(session, dimension, lines)
            # First those that go, so that a new one can take their place.
            setattr(dimension, field, [line for line in lines if line in session])
            session.flush()
            setattr(dimension, field, lines)
            session.flush()
    forget_rules(session)
    return dimension


def _kept(
    dimension: Dimension, name: str, model: type[DimensionRule] | type[DimensionDefault], sent: Any
) -> list[Any]:
    """The lines that were sent: known ones changed, by their id or by what they are about."""
    present = getattr(dimension, name)
    by_id = {line.id: line for line in present}
    by_subject = {
        _subject(line.account_prefix, getattr(line, "partner_id", None)): line for line in present
    }
    kept = []
    for values in sent:
        subject = _subject(values.get("account_prefix"), values.get("partner_id"))
        line = by_id.get(values.get("id", 0)) or by_subject.get(subject) or model()
        for field, value in values.items():
            if field != "id":
                setattr(line, field, value)
        kept.append(line)
    return kept


def _subject(prefix: str | None, partner_id: int | None) -> tuple[str, int | None]:
    return prefix or "", partner_id


def _require_readable(
    session: Session, dimension: Dimension, lines: Sequence[DimensionDefault]
) -> None:
    problems = []
    for place, line in enumerate(lines):
        try:
            read_split_of(session, dimension, line.split)
        except InvalidInput as error:
            problems.append(Problem(f"defaults.{place}.split", error.message))
        if not (line.account_prefix or line.partner_id):
            problems.append(
                Problem(
                    f"defaults.{place}.account_prefix",
                    phrase("Say for which accounts or for which partner."),
                )
            )
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))


def _write_value(session: Session, value: DimensionValue, values: Mapping[str, Any]) -> None:
    _require_code(values)
    for name, given in values.items():
        setattr(value, name, given)
    with session.no_autoflush:
        _require_tree(session, value)


def _require_tree(session: Session, value: DimensionValue) -> None:
    """A value is part of one of the same dimension, and never of itself."""
    parent_id, seen = value.parent_id, {value.id}
    while parent_id is not None:
        parent = session.get(DimensionValue, parent_id)
        if parent is None or parent.dimension_id != value.dimension_id:
            raise InvalidInput.of("parent_id", phrase("Choose a parent of the same dimension."))
        if parent.id in seen:
            raise InvalidInput.of(
                "parent_id", phrase("{value} cannot be part of itself.", value=value.code)
            )
        seen.add(parent.id)
        parent_id = parent.parent_id


def _require_code(values: Mapping[str, Any]) -> None:
    code = values.get("code")
    if code is not None and (not code or any(sign in code for sign in _SIGNS)):
        raise InvalidInput.of(
            "code", phrase("A code has no spaces, commas, colons, semicolons or percent signs.")
        )
