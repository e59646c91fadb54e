"""OpenAPI 3.1 of exactly what a caller can use: the resources of the tenant's enabled addons and
the calls that these describe, as far as the caller's abilities go.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth.actor import Actor
from core.auth.credentials import SESSION_COOKIE
from core.conversation.subjects import write_permission
from core.db.session import binding
from core.declare import Action, Permission
from core.web.conversation.openapi import SCHEMAS as CONVERSATION_SCHEMAS
from core.web.conversation.openapi import conversation_paths
from core.web.importing.openapi import SCHEMAS as IMPORT_SCHEMAS
from core.web.importing.openapi import import_paths, takes_files
from core.web.replies import Json, Page, Reply
from core.web.request import Request
from core.web.resources.api import DEFAULT_LIMIT, MAX_LIMIT
from core.web.resources.api_sync import can_sync
from core.web.resources.criteria import parameter
from core.web.resources.effective import shape_for
from core.web.resources.kinds import Text
from core.web.resources.openapi_calls import with_calls
from core.web.resources.openapi_schemas import PROBLEM, Schema, schemas_of
from core.web.resources.shape import Filtered, Shape
from core.web.resources.shaping import served_shapes

_PROBLEMS = {
    "400": "What was sent cannot be read",
    "401": "Not signed in, or the token is not valid",
    "403": "The caller may not do this",
    "404": "There is no such record, or none of those named, or the caller may not know of it",
    "409": "The state of the record does not allow it, or a value is already used",
    "412": "The record is not in the version named in If-Match",
    "413": "The body is too large",
    "422": "Something that was sent is not valid; errors name the fields",
    "428": "If-Match is missing",
    "429": "Asked too often",
    "503": "Not available for the moment",
}
_COMMON = ("401", "403", "422", "429", "503")


def openapi_json(session: Session, request: Request) -> Reply:
    """`/api/openapi.json`."""
    return Json(_seen_by(session, request.actor))


def api_docs(session: Session, request: Request) -> Reply:
    """`/api/docs`: the same, to read."""
    document = _seen_by(session, request.actor)
    context = {"document": document, "base": request.origin}
    return Page("core/resources/api_docs.html", context)


def _seen_by(session: Session, actor: Actor) -> dict[str, Any]:
    served = tuple(shape_for(session, shape) for shape in served_shapes(view(session)))
    codes = {permission.code for shape in served for permission in _asked(shape)}
    document = _document(served, frozenset(code for code in codes if actor.may(code)))
    described = [
        owned
        for owned in view(session).all.routes
        if (call := owned.item.api) is not None
        and actor.may((call.shown_to or owned.item.permission).code)
    ]
    addons = binding(session).context["kernel"].catalog.addons
    titles = {owned.addon: addons[owned.addon].manifest.title for owned in described}
    return with_calls(document, described, titles)


@lru_cache(maxsize=256)
def _document(served: tuple[Shape, ...], codes: frozenset[str]) -> dict[str, Any]:
    """The document for these abilities; made once for all who have them and the same fields."""
    shapes = [shape for shape in served if shape.resource.access.read.code in codes]
    schemas: dict[str, Schema] = {"Problem": PROBLEM, **CONVERSATION_SCHEMAS}
    if any(takes_files(shape, codes) for shape in shapes):
        schemas |= IMPORT_SCHEMAS
    paths: dict[str, Any] = {}
    for shape in shapes:
        schemas |= schemas_of(shape)
        paths |= _paths(shape, codes)
        paths |= conversation_paths(shape, codes, _key(shape))
        if takes_files(shape, codes):
            paths |= import_paths(shape)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "API",
            "version": "1",
            "description": (
                "Amounts are decimal numbers in strings, times are in UTC. Every write takes an"
                " Idempotency-Key: the same call under the same key is done once."
            ),
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": s.full_name, "description": s.resource.title} for s in shapes],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {code: _problem(words) for code, words in _PROBLEMS.items()},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
            },
        },
    }


def _asked(shape: Shape) -> Iterator[Permission]:
    access = shape.resource.access
    for permission in (access.read, access.create, access.update, access.delete):
        if permission is not None:
            yield permission
    for action in shape.resource.actions:
        yield action.permission
    yield write_permission(shape.resource)


def _paths(shape: Shape, codes: frozenset[str]) -> dict[str, Any]:
    access, name, url = shape.resource.access, shape.full_name, shape.api_url
    singular = shape.resource.singular

    def open_to(permission: Permission | None) -> bool:
        return permission is not None and permission.code in codes

    many: dict[str, Any] = {"get": _list(shape)}
    one: dict[str, Any] = {
        "parameters": [_key(shape)],
        "get": _operation(shape, "get", f"Read: {singular}", {"200": _is(name, etag=True)}, "404"),
    }
    if open_to(access.create) and shape.groups:
        made = {"201": _is(name, etag=True)}
        many["post"] = _write(shape, "create", f"Create: {singular}", made, "404", "409", "413")
    if open_to(access.update) and shape.groups:
        changed = {"200": _is(name, etag=True)}
        one["patch"] = _write(
            shape, "update", f"Change: {singular}", changed, "404", "409", "412", "413", "428"
        )
        one["patch"]["parameters"].append(_if_match(required=True))
    if open_to(access.delete):
        gone = {"204": {"description": "Deleted"}}
        delete = _operation(shape, "delete", f"Delete: {singular}", gone, "404", "409", "412")
        one["delete"] = delete | {"parameters": [_if_match(), _IDEMPOTENCY_KEY]}
    paths = {url: many, f"{url}/{{id}}": one}
    for action in shape.resource.actions:
        if open_to(action.permission):
            paths[f"{url}/{{id}}/actions/{action.name}"] = _action(shape, action)
    return paths


def _list(shape: Shape) -> Schema:
    answer = {"200": _is(f"{shape.full_name}.page")}
    operation = _operation(shape, "list", f"List: {shape.resource.title}", answer)
    return operation | {"parameters": list(_list_parameters(shape))}


def _list_parameters(shape: Shape) -> Iterator[Schema]:
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    sorts = ", ".join(shape.sortable)
    yield _query("limit", limit, "How many at once.")
    yield _query("cursor", {"type": "string"}, "next or previous of an earlier answer.")
    yield _query("sort", {"type": "string"}, f"By {sorts}; with - in front, descending.")
    if shape.search:
        yield _query("q", {"type": "string", "maxLength": 200}, "Words that all must occur.")
    if can_sync(shape):
        yield _query("since", {"type": "string"}, "next of an earlier answer; empty: begin.")
    for filtered in shape.filterable.values():
        yield from _filter(filtered)


def _filter(filtered: Filtered) -> Iterator[Schema]:
    name, title, value = filtered.name, filtered.title, filtered.kind.schema()
    several = {"type": "array", "items": value}
    yield _query(parameter(name), several, f"{title} is one of these.")
    yield _query(f"{name}__ne", several, f"{title} is none of these.")
    if filtered.kind.ranged:
        for suffix, words in (("gte", "at least"), ("lte", "at most")):
            yield _query(f"{name}__{suffix}", value, f"{title} is {words} this.")
        for suffix, words in (("gt", "more than"), ("lt", "less than")):
            yield _query(f"{name}__{suffix}", value, f"{title} is {words} this.")
    if isinstance(filtered.kind, Text):
        yield _query(f"{name}__contains", value, f"{title} contains this.")
    if filtered.attribute.nullable:
        yield _query(f"{name}__null", {"type": "boolean"}, f"{title} is empty, or is not.")


def _action(shape: Shape, action: Action) -> Schema:
    document: Schema = {"oneOf": [_ref(shape.full_name), {"type": "null"}]}
    schema = {
        "type": "object",
        "required": ["message", "data"],
        "properties": {"message": {"type": ["string", "null"]}, "data": document},
    }
    done = {"200": {"description": "Done", "content": {"application/json": {"schema": schema}}}}
    operation = _operation(shape, f"actions.{action.name}", action.title, done, "404", "409", "412")
    parameters = [_if_match(), _IDEMPOTENCY_KEY]
    return {"parameters": [_key(shape)], "post": operation | {"parameters": parameters}}


def _write(shape: Shape, verb: str, summary: str, answers: Schema, *problems: str) -> Schema:
    content = {"application/json": {"schema": _ref(f"{shape.full_name}.{verb}")}}
    return _operation(shape, verb, summary, answers, *problems) | {
        "parameters": [_IDEMPOTENCY_KEY],
        "requestBody": {"required": True, "content": content},
    }


def _operation(shape: Shape, verb: str, summary: str, answers: Schema, *problems: str) -> Schema:
    responses = dict(answers)
    for code in sorted({*_COMMON, *problems}):
        responses[code] = {"$ref": f"#/components/responses/{code}"}
    return {
        "operationId": f"{shape.full_name}.{verb}",
        "summary": summary,
        "tags": [shape.full_name],
        "responses": responses,
    }


def _is(name: str, *, etag: bool = False) -> Schema:
    answer: Schema = {
        "description": "As asked for",
        "content": {"application/json": {"schema": _ref(name)}},
    }
    if etag:
        answer["headers"] = {"ETag": {"description": "Its version", "schema": {"type": "string"}}}
    return answer


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _problem(words: str) -> Schema:
    return {
        "description": words,
        "content": {"application/problem+json": {"schema": _ref("Problem")}},
    }


def _key(shape: Shape) -> Schema:
    return {"name": "id", "in": "path", "required": True, "schema": shape.key.key.schema()}


def _query(name: str, schema: Schema, words: str) -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": words}


def _if_match(*, required: bool = False) -> Schema:
    return {
        "name": "If-Match",
        "in": "header",
        "required": required,
        "schema": {"type": "string"},
        "description": "The ETag of the version that is meant.",
    }


_IDEMPOTENCY_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "The same call under the same key is done once, and answered as before.",
}
