"""An opening as people write it: its name and day, rows and items, until it is posted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models.opening import Opening, OpeningAccount, OpeningItem
from core.api import Conflict, InvalidInput, Problem, phrase


def create_opening(session: Session, values: Mapping[str, Any]) -> Opening:
    """Begin an opening; one at a time is in preparation."""
    other = session.scalar(select(Opening.name).where(Opening.state == "draft").limit(1))
    if other is not None:
        raise Conflict(
            phrase("The opening {name} is being prepared already.", name=other),
            fix=phrase("Go on with it, or delete it first."),
        )
    opening = Opening()
    _write(session, opening, values)
    session.add(opening)
    session.flush()
    return opening


def update_opening(session: Session, opening: Opening, values: Mapping[str, Any]) -> Opening:
    """Change an opening in preparation."""
    _require_draft(opening)
    _write(session, opening, values)
    session.flush()
    return opening


def delete_opening(session: Session, opening: Opening) -> None:
    """Throw an opening in preparation away."""
    _require_draft(opening)
    session.delete(opening)
    session.flush()


def _require_draft(opening: Opening) -> None:
    if opening.state != "draft":
        raise Conflict(
            phrase("The opening {name} was posted.", name=opening.name),
            fix=phrase("Take it back, and duplicate it to post another one."),
        )


def _write(session: Session, opening: Opening, values: Mapping[str, Any]) -> None:
    for name in ("name", "date"):
        if name in values:
            setattr(opening, name, values[name])
    problems: list[Problem] = []
    with session.no_autoflush:
        for name, model in (("accounts", OpeningAccount), ("items", OpeningItem)):
            if name in values:
                _set_rows(opening, name, model, values[name], problems)
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))


def _set_rows(
    opening: Opening,
    name: str,
    model: type[OpeningAccount] | type[OpeningItem],
    sent: Any,
    problems: list[Problem],
) -> None:
    known = {row.id: row for row in getattr(opening, name)}
    rows = []
    for place, values in enumerate(sent):
        row = known.get(values.get("id", 0)) or model()
        row.position = place + 1
        for field, value in values.items():
            if field not in ("id", "position"):
                setattr(row, field, _tidy(field, value))
        row.original_currency = row.original_currency or ""
        if (row.original_amount is None) == bool(row.original_currency):
            message = phrase(
                "Line {line}: give foreign amount and currency, or neither.", line=place + 1
            )
            problems.append(Problem(f"{name}.{place}.original_amount", message))
        rows.append(row)
    setattr(opening, name, rows)


def _tidy(field: str, value: Any) -> Any:
    if field == "original_currency":
        return (value or "").strip().upper()
    if field in ("debit", "credit", "amount"):
        return value or 0
    return value
