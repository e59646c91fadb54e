"""The schemas of a resource in OpenAPI: its documents as they are read, created and changed."""

from __future__ import annotations

from typing import Any

from core.web.resources.api_documents import line_plan, plan_of
from core.web.resources.api_input import MAX_LINES
from core.web.resources.kinds import Kind, Reference, Text
from core.web.resources.list_fields import guards_of
from core.web.resources.shape import Input, Shape

Schema = dict[str, Any]

PROBLEM: Schema = {
    "type": "object",
    "description": "What was wrong, after RFC 9457.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "examples": ["invalid-input"]},
        "fix": {"type": "string", "description": "What to do about it."},
        "request_id": {"type": "string"},
        "confirm": {
            "type": "string",
            "description": "Send this in an X-Confirm header to go ahead all the same.",
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {
                    "field": {"type": "string", "examples": ["lines.0.quantity"]},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def schemas_of(shape: Shape) -> dict[str, Schema]:
    """The component schemas of a resource, by name."""
    name, made = shape.full_name, {}
    made[name] = document_schema(shape)
    made[f"{name}.page"] = _page(name)
    access = shape.resource.access
    if access.create is not None and shape.groups:
        made[f"{name}.create"] = _input_schema(shape, creating=True)
    if access.update is not None and shape.groups:
        made[f"{name}.update"] = _input_schema(shape, creating=False)
    return made


def document_schema(shape: Shape) -> Schema:
    """A document as it is read."""
    schema: Schema = {"type": "object", "description": shape.resource.singular, "properties": {}}
    guarded = guards_of(shape)  # such columns are sent to some alone
    for item in plan_of(shape).properties:
        place = schema["properties"]
        for step in item.path[:-1]:
            place = place.setdefault(step, {"type": "object", "properties": {}})["properties"]
        place[item.path[-1]] = _readable(item.kind, item.nullable)
    titles = {item.name: item for item in shape.inputs}
    for name, described in schema["properties"].items():
        if name in titles:
            described |= _described(titles[name])
    for grid in shape.grids:
        properties = {p.path[0]: _readable(p.kind, p.nullable) for p in line_plan(grid).properties}
        line = {"type": "object", "required": list(properties), "properties": properties}
        schema["properties"][grid.name] = {"type": "array", "items": line}
    always = {p.path[0] for p in plan_of(shape).properties if ".".join(p.path) not in guarded}
    grids = {grid.name for grid in shape.grids}
    schema["required"] = [name for name in schema["properties"] if name in always | grids]
    return schema


def _input_schema(shape: Shape, *, creating: bool) -> Schema:
    """A document as it is created, or the part of it that is changed."""
    schema = _object(shape.inputs, creating=creating)
    for grid in shape.grids:
        line = _object(grid.inputs, creating=True)
        key = _nullable(grid.key.key.schema())
        line["properties"] = {"id": key | {"description": "Of a line to keep."}} | line[
            "properties"
        ]
        schema["properties"][grid.name] = {
            "type": "array",
            "maxItems": MAX_LINES,
            "items": line,
            "description": "All lines: those left out are deleted.",
        }
    return schema


def _object(inputs: tuple[Input, ...], *, creating: bool) -> Schema:
    written = [item for item in inputs if not item.readonly]
    schema: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {item.name: _writable(item) for item in written},
    }
    required = [item.name for item in written if item.required]
    if creating and required:
        schema["required"] = required
    return schema


def _writable(item: Input) -> Schema:
    schema = item.kind.schema()
    if isinstance(item.kind, Text) and item.required:
        schema["minLength"] = 1
    if item.nullable and not item.required:
        schema = _nullable(schema)
    return schema | _described(item) | ({"writeOnly": True} if item.secret else {})


def _readable(kind: Kind, nullable: bool) -> Schema:
    """What is stored may be older than today's rules, so patterns are left out."""
    schema = {k: v for k, v in kind.schema().items() if k not in ("pattern", "maxLength")}
    return _nullable(schema) if nullable else schema


def _nullable(schema: Schema) -> Schema:
    made = {**schema, "type": [schema["type"], "null"]}
    if "enum" in made:
        made["enum"] = [*made["enum"], None]
    return made


def _described(item: Input) -> Schema:
    words = ". ".join(part.rstrip(".") for part in (item.title, item.help) if part)
    if isinstance(item.kind, Reference):
        words += f" (the id of one of {item.kind.resource})"
    return {"description": words}


def _page(name: str) -> Schema:
    cursor = {"type": ["string", "null"], "description": "Send it as cursor; null: no more."}
    listed = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
    page = {
        "type": "object",
        "title": "A page of a list",
        "required": ["data", "next", "previous"],
        "properties": {"data": listed, "next": cursor, "previous": cursor},
    }
    changes = {
        "type": "object",
        "title": "What changed (with since)",
        "required": ["data", "deleted", "next", "more"],
        "properties": {
            "data": listed,
            "deleted": {"type": "array", "description": "Ids that are gone.", "items": {}},
            "next": {"type": "string", "description": "Send it as since the next time."},
            "more": {"type": "boolean", "description": "Whether to ask again at once."},
        },
    }
    return {"oneOf": [page, changes]}
