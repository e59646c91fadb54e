"""What OpenAPI says of the calls that addons describe themselves (core.declare.ApiCall)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from core.addons.catalog import Owned
from core.declare import ApiCall, Route
from core.web.resources.openapi_schemas import Schema

_PLACE: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")
_ALWAYS: Final = ("401", "429", "503")


def with_calls(
    document: Schema, routes: Iterable[Owned[Route]], titles: Mapping[str, str]
) -> Schema:
    """The document with these described routes too; `titles` has those of their addons."""
    paths, schemas, bearers = dict(document["paths"]), {}, {}
    tags: dict[str, Schema] = {}
    for owned in routes:
        call = owned.item.api
        if call is None:
            continue
        tags[owned.addon] = {"name": owned.addon, "description": titles[owned.addon]}
        path = _PLACE.sub(r"{\1}", owned.item.path)
        operation = _operation(owned.addon, owned.item.path, call)
        paths[path] = {**paths.get(path, {}), owned.item.method.lower(): operation}
        for part, schema in (("answer", call.answer), ("sent", call.sent)):
            if schema is not None:
                schemas[_component(owned.addon, call, part)] = dict(schema)
        if call.bearer:
            scheme = {"type": "http", "scheme": "bearer", "description": call.bearer}
            bearers[_bearer(owned.addon)] = scheme
    components = document["components"]
    return {
        **document,
        "tags": [*document["tags"], *tags.values()],
        "paths": paths,
        "components": {
            **components,
            "schemas": {**components["schemas"], **schemas},
            "securitySchemes": {**components["securitySchemes"], **bearers},
        },
    }


def _operation(addon: str, path: str, call: ApiCall) -> Schema:
    responses: Schema = {str(call.status): _answer(addon, call)}
    for code in sorted({*_ALWAYS, *call.problems}):
        responses[code] = {"$ref": f"#/components/responses/{code}"}
    operation: Schema = {
        "operationId": f"{addon}.{call.name}",
        "summary": call.summary,
        "tags": [addon],
        "parameters": [*_in_path(path), *_in_query(call)],
        "responses": responses,
    }
    if call.bearer:
        operation["security"] = [{_bearer(addon): []}]
    if call.sent is not None:
        content = {"application/json": {"schema": _ref(_component(addon, call, "sent"))}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _answer(addon: str, call: ApiCall) -> Schema:
    content: dict[str, Any] = {}
    if call.answer is not None:
        content["application/json"] = {"schema": _ref(_component(addon, call, "answer"))}
    elif call.media_type:
        content[call.media_type] = {"schema": {}}
    return {"description": "As asked for", **({"content": content} if content else {})}


def _in_path(path: str) -> list[Schema]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if kind == "int" else "string"},
        }
        for name, kind in _PLACE.findall(path)
    ]


def _in_query(call: ApiCall) -> list[Schema]:
    return [
        {"name": name, "in": "query", "schema": dict(schema)} for name, schema in call.query.items()
    ]


def _component(addon: str, call: ApiCall, part: str) -> str:
    return f"{addon}.{call.name}.{part}"


def _bearer(addon: str) -> str:
    return f"{addon}.token"


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
