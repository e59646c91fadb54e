"""A card dragged to another state, a record dragged to another day: done by the declared action, or
as the form would write it, with an undo.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core.errors import Conflict, InvalidInput
from core.i18n import phrase
from core.web.bulk.inline import VERSION_FIELD, change_one
from core.web.bulk.outcomes import summary
from core.web.bulk.tasks import written
from core.web.displays.board import ways_of
from core.web.displays.offered import offered
from core.web.replies import Fragment, Redirect, Reply
from core.web.request import Request
from core.web.resources.action_pages import perform, sentence
from core.web.resources.records import load, require_editable
from core.web.resources.savepoint import attempt
from core.web.resources.shape import Shape
from core.web.resources.showing import culture_for

_MOVED = {"HX-Trigger": "card:moved"}


def move_card(shape: Shape, session: Session, request: Request) -> Reply:
    """Bring a record to another state; raises Conflict if it cannot go there."""
    board = offered(shape).board
    assert board is not None
    wanted = request.form.get("to", "")
    record = load(session, shape, request.path_params["id"], lock=True)
    kind = shape.filterable[board.by].kind
    if kind.write(getattr(record, board.by)) == wanted:
        return _told(shape, request, phrase("It is there already."))
    way = next((w for w in ways_of(session, shape, board, record) if w.state == wanted), None)
    title = shape.resource.record_title(record)
    if way is None:
        raise Conflict(
            phrase("{title} cannot be brought there now.", title=title),
            fix="Open it to see what can be done with it.",
        )
    _require_version(request, record)
    action = way.action
    if action is None:
        fields = {board.by: wanted}
        return _done(shape, session, request, record, fields)
    said = sentence(attempt(session, lambda: perform(session, shape, action, record)))
    where = phrase(way.title)
    return _told(shape, request, said or phrase("{title}: {state}", title=title, state=where))


def reschedule(shape: Shape, session: Session, request: Request) -> Reply:
    """Bring a record to another day; a moment keeps its time of day."""
    calendar = offered(shape).calendar
    assert calendar is not None
    key, access = request.path_params["id"], shape.resource.access
    record = load(session, shape, key, access.update, lock=True)
    require_editable(shape, record)
    _require_version(request, record)
    day = _day(request.form.get("day", ""))
    before = getattr(record, calendar.date)
    values: dict[str, Any] = {calendar.date: _moved(before, day, request)}
    if calendar.end and getattr(record, calendar.end) is not None and before is not None:
        # What takes several days goes on taking as many.
        end = getattr(record, calendar.end)
        values[calendar.end] = end + (values[calendar.date] - before)
    return _done(shape, session, request, record, written(shape, values))


def _moved(before: Any, day: date, request: Request) -> Any:
    if not isinstance(before, datetime):
        return day
    local = before.astimezone(culture_for(request).zone)
    return local.replace(year=day.year, month=day.month, day=day.day)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput.of("day", phrase("Write a date such as 2026-12-31.")) from None


def _require_version(request: Request, record: Any) -> None:
    if request.form.get(VERSION_FIELD, "") not in ("", str(getattr(record, "version", ""))):
        raise Conflict(
            phrase("Somebody else changed this record meanwhile."), fix="Load the page again."
        )


def _done(
    shape: Shape, session: Session, request: Request, record: Any, fields: dict[str, Any]
) -> Reply:
    batch = change_one(session, shape, record, fields)
    if request.wants != "fragment":
        return Redirect(shape.record_url(request.path_params["id"]))
    return Fragment("core/bulk/toast.html", {"summary": summary(session, batch)}, headers=_MOVED)


def _told(shape: Shape, request: Request, said: str) -> Reply:
    if request.wants != "fragment":
        return Redirect(shape.record_url(request.path_params["id"]), said)
    return Fragment("core/displays/said.html", {"said": said}, headers=_MOVED)
