"""What OpenAPI says of notes, activities and attachments, for every resource that has them."""

from __future__ import annotations

from typing import Any, Final

from core.conversation.activities import KINDS
from core.conversation.plain_text import LONGEST_LINE, LONGEST_NOTE
from core.conversation.subjects import is_discussed, write_permission
from core.web.resources.shape import Shape

Schema = dict[str, Any]

_MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
_MAYBE_MOMENT: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
_MAYBE_ID: Final[Schema] = {"type": ["integer", "null"]}
_ID: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
_NOTE_TEXT: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": LONGEST_NOTE}


def _object(properties: Schema, *, required: tuple[str, ...] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties if required is None else required),
        "additionalProperties": False,
    }


_PLAN: Final[Schema] = {
    "kind": {"type": "string", "enum": list(KINDS), "default": "todo"},
    "summary": {"type": "string", "minLength": 1, "maxLength": LONGEST_LINE},
    "due_on": {"type": "string", "format": "date"},
    "assignee_id": _ID,
}

SCHEMAS: Final[Schema] = {
    "Note": _object(
        {
            "id": _ID,
            "author": {"type": "string"},
            "author_id": _MAYBE_ID,
            "body": {"type": "string"},
            "mentions": {
                "type": "array",
                "items": _object({"id": _ID, "name": {"type": "string"}}),
            },
            "created_at": _MOMENT,
            "edited_at": _MAYBE_MOMENT,
        }
    ),
    "Activity": _object(
        {
            "id": _ID,
            **_PLAN,
            "creator_id": _MAYBE_ID,
            "done_at": _MAYBE_MOMENT,
            "done_by": {"type": "string"},
            "feedback": {"type": "string"},
        }
    ),
    "Attachment": _object(
        {
            "id": _ID,
            "name": {"type": "string"},
            "size": {"type": "integer"},
            "media_type": {"type": "string"},
            "sha256": {"type": "string"},
            "state": {"type": "string", "enum": ["waiting", "ready", "quarantined"]},
            "verdict": {"type": "string"},
            "added_by": {"type": "string"},
            "created_at": _MOMENT,
            "content": {"type": "string", "description": "Where its bytes are."},
        }
    ),
}
"""The components that the paths refer to."""


def conversation_paths(shape: Shape, codes: frozenset[str], key: Schema) -> Schema:
    """The paths below a record, as far as these abilities go; `key` is the record's parameter."""
    if not is_discussed(shape.resource):
        return {}
    describe = _Describer(shape, key)
    writes = write_permission(shape.resource).code in codes
    base = f"{shape.api_url}/{{id}}"
    return {
        f"{base}/notes": describe.many("Note", "notes", writes, _object({"body": _NOTE_TEXT})),
        **describe.one(
            f"{base}/notes/{{note}}", "Note", "note", writes, _object({"body": _NOTE_TEXT})
        ),
        f"{base}/activities": describe.many(
            "Activity", "activities", writes, _object(_PLAN, required=("summary", "due_on"))
        ),
        **describe.one(
            f"{base}/activities/{{activity}}",
            "Activity",
            "activity",
            writes,
            _object(_PLAN, required=()),
        ),
        f"{base}/activities/{{activity}}/done": describe.done(),
        f"{base}/attachments": describe.files(writes),
        **describe.one(f"{base}/attachments/{{attachment}}", "Attachment", "attachment", True),
        f"{base}/attachments/{{attachment}}/content": describe.content(),
    }


class _Describer:
    """Puts the operations of one resource's conversations into words."""

    def __init__(self, shape: Shape, key: Schema) -> None:
        self._name, self._singular, self._key = shape.full_name, shape.resource.singular, key

    def many(self, schema: str, plural: str, writes: bool, sent: Schema) -> Schema:
        """A collection: read, and added to."""
        path = self._collection(schema, plural)
        if writes:
            path["post"] = self._operation(
                f"{plural}.create", f"Add: {schema}", {"201": _is(schema)}, "409"
            ) | _json(sent)
        return path

    def files(self, writes: bool) -> Schema:
        """The attachments: read, and added to."""
        path = self._collection("Attachment", "attachments")
        if writes:
            form = {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "contentMediaType": "*/*"}},
            }
            path["post"] = self._operation(
                "attachments.create", "Attach a file", {"201": _is("Attachment")}, "413"
            ) | {"requestBody": _body("multipart/form-data", form)}
        return path

    def one(
        self, path: str, schema: str, parameter: str, writes: bool, sent: Schema | None = None
    ) -> Schema:
        """A member: changed and deleted."""
        if not writes:
            return {}
        described: Schema = {"parameters": [self._key, _member(parameter)]}
        if sent is not None:
            described["patch"] = self._operation(
                f"{parameter}.update", f"Change: {schema}", {"200": _is(schema)}, "409"
            ) | _json(sent)
        gone = {"204": {"description": "Deleted"}}
        described["delete"] = self._operation(
            f"{parameter}.delete", f"Delete: {schema}", gone, "409"
        )
        return {path: described}

    def done(self) -> Schema:
        """Finishing an activity."""
        sent = _object({"feedback": {"type": "string", "maxLength": LONGEST_NOTE}}, required=())
        operation = self._operation(
            "activity.done", "Call an activity done", {"200": _is("Activity")}, "409"
        )
        body = {"requestBody": {**_body("application/json", sent), "required": False}}
        return {"parameters": [self._key, _member("activity")], "post": operation | body}

    def content(self) -> Schema:
        """The bytes of an attachment."""
        bytes_of = {"200": {"description": "Its bytes", "content": {"*/*": {"schema": {}}}}}
        operation = self._operation("attachment.content", "Read a file", bytes_of, "409")
        return {"parameters": [self._key, _member("attachment")], "get": operation}

    def _collection(self, schema: str, plural: str) -> Schema:
        page = _object({"data": {"type": "array", "items": _ref(schema)}})
        answer = {"description": "As asked for", "content": {"application/json": {"schema": page}}}
        operation = self._operation(
            f"{plural}.list", f"{schema}s of: {self._singular}", {"200": answer}
        )
        return {"parameters": [self._key], "get": operation}

    def _operation(self, verb: str, summary: str, answers: Schema, *problems: str) -> Schema:
        codes = sorted({"401", "403", "404", "422", "429", "503", *problems})
        told = {code: {"$ref": f"#/components/responses/{code}"} for code in codes}
        return {
            "operationId": f"{self._name}.{verb}",
            "summary": summary,
            "tags": [self._name],
            "responses": {**answers, **told},
        }


def _is(schema: str) -> Schema:
    return {"description": "Done", "content": {"application/json": {"schema": _ref(schema)}}}


def _ref(schema: str) -> Schema:
    return {"$ref": f"#/components/schemas/{schema}"}


def _json(schema: Schema) -> Schema:
    return {"requestBody": _body("application/json", schema)}


def _body(media_type: str, schema: Schema) -> Schema:
    return {"required": True, "content": {media_type: {"schema": schema}}}


def _member(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": _ID}
