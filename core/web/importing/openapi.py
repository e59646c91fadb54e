"""The imports of a resource in OpenAPI."""

from __future__ import annotations

from typing import Any, Final

from core.web.importing.plan import KEEPS, MODES
from core.web.resources.shape import Shape

Schema = dict[str, Any]
_TEXTS: Final[Schema] = {"type": "object", "additionalProperties": {"type": ["string", "null"]}}
_COUNTS: Final = ("rows", "created", "updated", "unchanged", "skipped", "bad", "bad_rows")

PLAN: Final[Schema] = {
    "type": "object",
    "description": "How to read the file. What is left out is proposed by the titles.",
    "properties": {
        "columns": {**_TEXTS, "description": "Titles of the file to names of fields; null: none."},
        "defaults": {**_TEXTS, "description": "Fields to values that stand in all rows."},
        "mode": {"type": "string", "enum": list(MODES)},
        "keep": {"type": "string", "enum": list(KEEPS)},
        "create_missing": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": False,
}
IMPORT: Final[Schema] = {
    "type": "object",
    "required": ["id", "target", "file", "state", "counts", "columns", "problems"],
    "properties": {
        "id": {"type": "integer"},
        "target": {"type": "string"},
        "file": {"type": "string"},
        "state": {
            "type": "string",
            "enum": [
                "draft", "checking", "checked", "running", "done", "refused", "failed",
                "undoing", "undone",
            ],
        },
        "counts": {"type": "object", "properties": {n: {"type": "integer"} for n in _COUNTS}},
        "created_at": {"type": "string", "format": "date-time"},
        "finished_at": {"type": ["string", "null"], "format": "date-time"},
        "failure": {"type": ["string", "null"]},
        "columns": _TEXTS,
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["row", "column", "value", "detail", "fix"],
                "properties": {
                    "row": {"type": "integer"},
                    "column": {"type": "string"},
                    "value": {"type": "string"},
                    "detail": {"type": "string"},
                    "fix": {"type": "string"},
                },
            },
        },
    },
}  # fmt: skip
SCHEMAS: Final[dict[str, Schema]] = {"Import": IMPORT, "ImportPlan": PLAN}


def takes_files(shape: Shape, codes: frozenset[str]) -> bool:
    """Whether whoever has these abilities may import into the resource."""
    access = shape.resource.access
    writes = [item.code for item in (access.create, access.update) if item is not None]
    declared = shape.resource.importing is not None and bool(shape.groups)
    return declared and any(code in codes for code in writes)


def import_paths(shape: Shape) -> dict[str, Any]:
    """The addresses at which files are brought into a resource."""
    url, title = f"{shape.api_url}/imports", shape.resource.title
    one = {
        "name": "import_id",
        "in": "path",
        "required": True,
        "schema": {"type": "integer", "minimum": 1, "maximum": 2**53},
    }
    return {
        url: {
            "post": {
                **_operation(shape, "import", f"Import: {title}", "202", "413"),
                "description": "CSV or XLSX. The answer comes at once; ask for the import to see"
                " how far it is. With dry_run everything is done and taken back.",
                "requestBody": {"required": True, "content": {"multipart/form-data": _form()}},
            }
        },
        f"{url}/{{import_id}}": {
            "parameters": [one],
            "get": _operation(shape, "import.read", f"Read an import: {title}", "200", "404"),
        },
        f"{url}/{{import_id}}/undo": {
            "parameters": [one],
            "post": _operation(
                shape, "import.undo", f"Undo an import: {title}", "202", "404", "409", "413"
            ),
        },
    }


def _form() -> Schema:
    return {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {
                "file": {"type": "string", "format": "binary"},
                "plan": {"type": "string", "description": "An ImportPlan as JSON."},
                "dry_run": {"type": "string", "enum": ["true", "false"]},
            },
        }
    }


def _operation(shape: Shape, name: str, summary: str, good: str, *problems: str) -> Schema:
    schema = {"$ref": "#/components/schemas/Import"}
    answer = {"description": "As it stands", "content": {"application/json": {"schema": schema}}}
    responses: Schema = {good: answer}
    for code in sorted({"401", "403", "422", "429", "503", *problems}):
        responses[code] = {"$ref": f"#/components/responses/{code}"}
    return {
        "operationId": f"{shape.full_name}.{name}",
        "summary": summary,
        "tags": [shape.full_name],
        "responses": responses,
    }
