"""The JSON API of a resource: list, read, create, change, delete, act."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from core.auth.rules import apply_rules
from core.declare import Action
from core.errors import InvalidInput
from core.i18n import phrase
from core.web.errors import PreconditionFailed, PreconditionRequired
from core.web.replies import Empty, Json, Reply
from core.web.request import Request
from core.web.resources import api_sync, writing
from core.web.resources.action_pages import perform, sentence
from core.web.resources.api_documents import BY_KEY, Document, documents, plan_of
from core.web.resources.api_input import read_document
from core.web.resources.criteria import read_criteria
from core.web.resources.culture import Culture, culture_of
from core.web.resources.keyset import fetch, read_cursor
from core.web.resources.kinds import Unreadable
from core.web.resources.list_fields import list_fields
from core.web.resources.records import load, not_found
from core.web.resources.selection import narrow
from core.web.resources.shape import Shape

DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 500


def list_documents(shape: Shape, session: Session, request: Request) -> Reply:
    """A page of documents; with `since`, what changed."""
    limit = _limit(request)
    if "since" in request.query:
        return Json(api_sync.changes(session, shape, request, limit))
    fields = list_fields(session, shape)
    criteria = read_criteria(fields, request.query.multi_items(), _culture(request))
    position = read_cursor(request.query.get("cursor", ""), criteria.order)
    plan = plan_of(shape)
    shown = [item.attribute for item in plan.properties] + [key for key, _ in criteria.order]
    statement = narrow(session, shape, plan.statement, criteria, *shown)
    page = fetch(session, statement, criteria.order, limit, position)
    data = documents(session, shape, page.rows)
    return Json({"data": data, "next": page.next or None, "previous": page.previous or None})


def get_document(shape: Shape, session: Session, request: Request) -> Reply:
    """One document. Its ETag is its version."""
    document = _read(shape, session, request.path_params["id"])
    etag = _etag(document)
    if etag and request.headers.get("if-none-match") == etag:
        return Empty(304, headers={"ETag": etag})
    return _answer(document)


def create_document(shape: Shape, session: Session, request: Request) -> Reply:
    """A new record."""
    values = read_document(session, shape, request)
    record = writing.create(session, shape, values)
    key = getattr(record, shape.key.name)
    return _answer(_read(shape, session, key), 201, {"Location": f"{shape.api_url}/{key}"})


def update_document(shape: Shape, session: Session, request: Request) -> Reply:
    """Change what was sent of a record, if it is still the version that the caller saw."""
    key = request.path_params["id"]
    if "if-match" not in request.headers:
        raise PreconditionRequired(
            phrase("Say in If-Match which version you change."),
            fix="Read the record first and send its ETag.",
        )
    record = load(session, shape, key, shape.resource.access.update, lock=True)
    _require_match(request, record)
    values = read_document(session, shape, request, record)
    writing.update(session, shape, record, values)
    return _answer(_read(shape, session, key))


def delete_document(shape: Shape, session: Session, request: Request) -> Reply:
    """Delete a record; with If-Match, only if it is still that version."""
    key = request.path_params["id"]
    record = load(session, shape, key, shape.resource.access.delete, lock=True)
    _require_match(request, record)
    writing.delete(session, shape, record)
    return Empty()


def act(shape: Shape, action: Action, session: Session, request: Request) -> Reply:
    """Run an action on a record; answers what it said and what the record is now."""
    key = request.path_params["id"]
    if request.body and request.json() != {}:
        raise InvalidInput.of("body", phrase("An action takes no values: send nothing, or {{}}."))
    record = load(session, shape, key, action.permission, lock=True)
    _require_match(request, record)
    done = perform(session, shape, action, record)
    return Json({"message": sentence(done), "data": _find(shape, session, key)})


def _answer(document: Document, status: int = 200, headers: dict[str, str] | None = None) -> Json:
    etag = _etag(document)
    tagged = {"ETag": etag} if etag else {}
    return Json(document, status=status, headers={**tagged, **(headers or {})})


def _read(shape: Shape, session: Session, key: Any) -> Document:
    try:
        document = _find(shape, session, shape.key.key.accept(key))
    except Unreadable:
        document = None
    if document is None:
        raise not_found(shape)
    return document


def _find(shape: Shape, session: Session, key: Any) -> Document | None:
    statement = plan_of(shape).by_key
    statement = apply_rules(session, statement, shape.resource, shape.resource.access.read)
    rows = session.connection().execute(statement, {BY_KEY: key}).all()
    found = documents(session, shape, rows)
    return found[0] if found else None


def _etag(document: Document) -> str:
    return f'"{document["version"]}"' if "version" in document else ""


def _require_match(request: Request, record: Any) -> None:
    wanted = request.headers.get("if-match")
    if wanted is None or wanted.strip() == "*":
        return
    present = f'"{record.version}"'
    if present not in [tag.strip() for tag in wanted.split(",")]:
        raise PreconditionFailed(
            phrase(
                "The record has changed since you read it: it is version {etag} now.", etag=present
            ),
            fix="Read it again, and make your change on what it is now.",
        )


def _limit(request: Request) -> int:
    text = request.query.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= MAX_LIMIT):
        raise InvalidInput.of(
            "limit", phrase("This must be between 1 and {limit}.", limit=MAX_LIMIT)
        )
    return int(text)


def _culture(request: Request) -> Culture:
    """Programs write as in English, and mean days of the company's own time zone."""
    return culture_of("en", request.tenant.timezone)
