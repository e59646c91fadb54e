"""Writes events to the tenant's log and reads them back as what they were.

They are written together, right before the commit: a sale says up to four things in a transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4

import orjson
from pydantic import TypeAdapter
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.db.direct import run_sql
from core.db.session import at_commit, attribute, binding, do_now
from core.event import Event
from core.events.models import LoggedEvent

E = TypeVar("E", bound=Event)

_PAGE: Final = 500
_AT_ONCE: Final = 500
"""Events that wait to be written at the most: an import says a hundred thousand things."""
_INSERT_ONE: Final = text("""
INSERT INTO core.event_log (event_id, name, payload, actor)
VALUES (:event_id, :name, CAST(:payload AS jsonb), :actor)
""")
_INSERT: Final = text("""
INSERT INTO core.event_log (event_id, name, payload, actor)
SELECT event_id, name, payload, actor
  FROM ROWS FROM (jsonb_to_recordset(CAST(:events AS jsonb))
                    AS (event_id uuid, name text, payload jsonb, actor text))
       WITH ORDINALITY AS said (event_id, name, payload, actor, place)
 ORDER BY place
""")


def write(session: Session, event: Event) -> UUID:
    """Add an event to the log, with the commit; returns the id that identifies it for ever."""
    event_id = uuid4()
    attribute(session)
    row = {
        "event_id": event_id,
        "name": event.event_name,
        "payload": _adapter(type(event)).dump_json(event).decode(),
        "actor": binding(session).author.label,
    }
    if at_commit(session, _write_all, row) >= _AT_ONCE:
        write_waiting(session)
    return event_id


def write_waiting(session: Session) -> None:
    """Write what was said so far, for whoever reads the log within the same transaction."""
    do_now(session, _write_all)


def _write_all(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if len(rows) == 1:  # as in most transactions
        run_sql(session, _INSERT_ONE, rows[0])
        return
    said = [{**row, "payload": orjson.Fragment(row["payload"])} for row in rows]
    run_sql(session, _INSERT, {"events": orjson.dumps(said).decode()})


def payload_of(event: Event) -> dict[str, Any]:
    """What an event holds, as JSON: decimals become text and dates ISO 8601, so that nothing
    is lost."""
    return _adapter(type(event)).dump_python(event, mode="json")


def find(session: Session, event_id: UUID) -> LoggedEvent | None:
    """A logged event by its id."""
    return session.scalars(select(LoggedEvent).where(LoggedEvent.event_id == event_id)).first()


def since(session: Session, names: set[str], start: datetime) -> Iterator[LoggedEvent]:
    """The events of these names from a moment on, in their order, up to the present one."""
    write_waiting(session)
    last = 0
    newest = session.scalar(select(LoggedEvent.id).order_by(LoggedEvent.id.desc()).limit(1)) or 0
    wanted = select(LoggedEvent).where(
        LoggedEvent.name.in_(names), LoggedEvent.at >= start, LoggedEvent.id <= newest
    )
    while True:
        page = wanted.where(LoggedEvent.id > last).order_by(LoggedEvent.id).limit(_PAGE)
        rows = session.scalars(page).all()
        yield from rows
        if len(rows) < _PAGE:
            return
        last = rows[-1].id


def restore(kind: type[E], payload: dict[str, Any]) -> E:
    """The event again. A field that it had once and lost since is left aside."""
    return _adapter(kind).validate_python(payload)


@cache
def _adapter(kind: type[E]) -> TypeAdapter[E]:
    return TypeAdapter(kind)
