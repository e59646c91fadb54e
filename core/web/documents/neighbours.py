"""The records before and after one, in the list that its reader came from.

Which list that was is said by the address of the page they came from, and carried along in the
parameter `list` of the record's own. The neighbours are found by position in the list's order,
so that they cost the same anywhere in a list of a million.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from core.addresses import parts_of
from core.auth.rules import apply_rules
from core.errors import AppError
from core.web.request import Request
from core.web.resources.criteria import Criteria
from core.web.resources.keyset import Position, fetch
from core.web.resources.list_fields import list_fields
from core.web.resources.selection import narrow
from core.web.resources.shape import Shape
from core.web.resources.showing import culture_for
from core.web.resources.views.opening import open_list
from core.web.resources.views.state import plain_state, read_state

LIST_PARAMETER: Final = "list"
LIST_FIELD: Final = "_list"
_MAX_QUERY: Final = 4000


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Addresses of the records before and after; empty at an end of the list."""

    previous: str
    next: str


def list_query(shape: Shape, request: Request) -> str | None:
    """The parameters of the list that the reader came from; None if they came from elsewhere."""
    if LIST_PARAMETER in request.query:
        return _bounded(request.query[LIST_PARAMETER])
    if LIST_FIELD in request.form:
        return _bounded(request.form[LIST_FIELD])
    came_from = parts_of(request.headers.get("referer", ""))
    if came_from.path == shape.url:
        return _bounded(came_from.query)
    if came_from.path.startswith(f"{shape.url}/"):
        carried = parse_qs(came_from.query).get(LIST_PARAMETER, ())
        return _bounded(carried[0]) if carried else None
    return None


def list_url(shape: Shape, query: str | None) -> str:
    """The list again as it was left."""
    return f"{shape.url}?{query}" if query else shape.url


def with_list(url: str, request: Request) -> str:
    """An address of the same resource that carries along which list the reader came from."""
    query = request.query.get(LIST_PARAMETER) or request.form.get(LIST_FIELD, "")
    return _carrying(url, _bounded(query))


def neighbours(shape: Shape, session: Session, request: Request, record: Any) -> Neighbours:
    """The records beside this one."""
    query = list_query(shape, request)
    criteria = _criteria(shape, session, request, query)
    place = _place(shape, session, criteria, record)
    if place is None:
        return Neighbours("", "")

    def beside(position: Position) -> str:
        keys = [key for key, _ in criteria.order]
        statement = narrow(session, shape, select(shape.key.expression), criteria, *keys)
        found = fetch(session, statement, criteria.order, 1, position).rows
        return _carrying(shape.record_url(found[0][0]), query or "") if found else ""

    return Neighbours(beside(Position(place, backwards=True)), beside(Position(place)))


def _criteria(shape: Shape, session: Session, request: Request, query: str | None) -> Criteria:
    fields = list_fields(session, shape)
    plain = plain_state(fields).criteria
    if query is None:
        return plain
    asked = replace(request, query=QueryParams(query))
    try:
        opened = open_list(session, fields, asked)
        return read_state(fields, list(opened.address.items), culture_for(request)).criteria
    except AppError:
        return plain  # a view or column that is not there any more


def _place(
    shape: Shape, session: Session, criteria: Criteria, record: Any
) -> tuple[Any, ...] | None:
    """What the order's values are in the record. It need not be in the list any more."""
    keys = [key for key, _ in criteria.order]
    if not any(key.path for key in keys):
        return tuple(getattr(record, key.name) for key in keys)
    columns = (key.expression for key in keys)
    statement: Any = select(*columns).select_from(shape.model)
    statement = shape.attributes.join(statement, [key.path for key in keys if key.path])
    statement = statement.where(shape.key.expression == getattr(record, shape.key.name))
    statement = apply_rules(session, statement, shape.resource, shape.resource.access.read)
    row = session.execute(statement).one_or_none()
    return None if row is None else tuple(row)


def _carrying(url: str, query: str) -> str:
    return f"{url}?{urlencode({LIST_PARAMETER: query})}" if query else url


def _bounded(query: str) -> str:
    return query if len(query) <= _MAX_QUERY else ""
