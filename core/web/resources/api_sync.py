"""Delta sync: everything once, then only what changed, with nothing missed and nothing kept.

The caller sends back each `next` as `since`. First come all records by their keys, then the
audit trail's entries in the order of their transactions. Only transactions below the oldest
one still under way are looked at, so that what commits late is not passed by.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson
from sqlalchemy import Row, literal, select, tuple_
from sqlalchemy.orm import Session

from core.auth.rules import apply_rules
from core.db.audit_models import AuditEntry
from core.db.changes import DATABASE, HORIZON
from core.db.xid import Xid
from core.errors import InvalidInput
from core.i18n import phrase
from core.web.errors import Gone
from core.web.request import Request
from core.web.resources.api_documents import documents, plan_of
from core.web.resources.kinds import Unreadable
from core.web.resources.shape import Grid, Shape

_ALONE: Final = frozenset({"since", "limit"})


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a caller is. While `all`, `after` is the last key sent and `xid` the moment it
    began; in the `log`, they are the last entry and its transaction."""

    phase: Literal["all", "log"]
    xid: int
    after: Any


def can_sync(shape: Shape) -> bool:
    """Whether the audit trail has every change of the resource and its lines."""
    tables = [shape.model.__table__, *(grid.model.__table__ for grid in shape.grids)]
    return all(table.info.get("audit", "all") == "all" for table in tables)


def changes(session: Session, shape: Shape, request: Request, limit: int) -> dict[str, Any]:
    """What the caller does not have yet: `data`, the ids in `deleted`, and where it is `next`;
    `more` says whether to ask again at once."""
    if not can_sync(shape):
        raise InvalidInput.of("since", phrase("These records cannot be synchronized."))
    other = sorted({name for name, _ in request.query.multi_items()} - _ALONE)
    if other:
        raise InvalidInput.of(other[0], phrase("With “since” there is nothing but “limit”."))
    database, horizon = session.scalar(DATABASE), session.execute(select(HORIZON)).scalar_one()
    place = _read(shape, request.query["since"], database) or _Place("all", horizon, None)
    if place.phase == "all":
        rows, after, more = _all(session, shape, place, limit)
        deleted: list[Any] = []
        place = _Place("all", place.xid, after) if more else _Place("log", place.xid, 0)
    else:
        keys, place, more = _changed(session, shape, place, horizon, limit)
        rows = _rows(session, shape, plan_of(shape).joined.where(shape.key.expression.in_(keys)))
        found = {row[0] for row in rows}
        deleted = [key for key in keys if key not in found]
    return {
        "data": documents(session, shape, rows),
        "deleted": deleted,
        "next": _write(shape, place, database),
        "more": more,
    }


def _all(
    session: Session, shape: Shape, place: _Place, limit: int
) -> tuple[Sequence[Row[Any]], Any, bool]:
    key = shape.key.expression
    statement = plan_of(shape).joined.order_by(key).limit(limit + 1)
    if place.after is not None:
        statement = statement.where(key > place.after)
    rows = _rows(session, shape, statement)
    more, rows = len(rows) > limit, rows[:limit]
    return rows, rows[-1][0] if rows else place.after, more


def _changed(
    session: Session, shape: Shape, place: _Place, horizon: int, limit: int
) -> tuple[list[Any], _Place, bool]:
    """The keys of the records with entries after this place, each once."""
    grids = {grid.model.__table__.fullname: grid for grid in shape.grids}
    entry = AuditEntry
    statement = (
        select(entry.xid, entry.id, entry.table_name, entry.record_id, entry.changes)
        .where(
            entry.table_name.in_([shape.table_name, *grids]),
            tuple_(entry.xid, entry.id) > tuple_(literal(place.xid, Xid()), place.after),
            entry.xid < literal(horizon, Xid()),
        )
        .order_by(entry.xid, entry.id)
        .limit(limit + 1)
    )
    entries = session.execute(statement).all()
    more, entries = len(entries) > limit, entries[:limit]
    keys = [
        shape.key.expression.type.python_type(item.record_id)
        for item in entries
        if item.table_name == shape.table_name
    ]
    for table, grid in grids.items():
        keys += _documents_of(session, grid, [e for e in entries if e.table_name == table])
    last = entries[-1] if more else None
    after = _Place("log", last.xid, last.id) if last else _Place("log", max(horizon, place.xid), 0)
    return list(dict.fromkeys(keys)), after, more


def _documents_of(session: Session, grid: Grid, entries: list[Any]) -> list[Any]:
    """The documents that these lines belong to or belonged to."""
    column = grid.parent.key
    named = {value for entry in entries for value in entry.changes.get(column, ())}
    silent = [int(entry.record_id) for entry in entries if column not in entry.changes]
    if silent:
        # A line deleted since has an entry of its own, which names its document.
        statement = select(grid.parent).where(grid.key.expression.in_(silent))
        named |= set(session.scalars(statement))
    return sorted(named - {None})


def _rows(session: Session, shape: Shape, statement: Any) -> Sequence[Row[Any]]:
    read = shape.resource.access.read
    return session.execute(apply_rules(session, statement, shape.resource, read)).all()


def _write(shape: Shape, place: _Place, database: str | None) -> str:
    after = place.after
    if place.phase == "all" and after is not None:
        after = shape.key.key.write(after)
    content = orjson.dumps([shape.full_name, database, place.phase, place.xid, after])
    return urlsafe_b64encode(content).decode().rstrip("=")


def _read(shape: Shape, cursor: str, database: str | None) -> _Place | None:
    if not cursor:
        return None
    try:
        content = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        name, known, phase, xid, after = content
        if name != shape.full_name or phase not in ("all", "log"):
            raise ValueError("made for something else")
        if not (isinstance(xid, int) and 0 <= xid < 2**63):
            raise ValueError("no transaction")
        if phase == "log" and not (isinstance(after, int) and 0 <= after < 2**63):
            raise ValueError("no entry")
        if phase == "all" and after is not None:
            after = shape.key.key.accept(after)
    except (ValueError, TypeError, Unreadable):
        raise InvalidInput.of(
            "since",
            phrase("This is no place to go on from."),
            fix=phrase("Send “next” of an earlier answer, or nothing to begin."),
        ) from None
    if known != database:
        raise Gone(
            phrase("The company's data has moved or was restored since."),
            fix=phrase("Begin again with an empty “since”."),
        )
    return _Place(phase, xid, after)
