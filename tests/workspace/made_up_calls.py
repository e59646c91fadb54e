"""Requests that Schemathesis makes from the description of the API, sent by a person's token."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response

from tests.workspace.conftest import Person


def operations(document: dict[str, Any]) -> Iterator[Any]:
    """All operations, without what would sign each request anew."""
    components = {k: v for k, v in document["components"].items() if k != "securitySchemes"}
    schema = schemathesis.openapi.from_dict(document | {"components": components, "security": []})
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


def told_apart(operations: Iterable[Any]) -> Iterator[Any]:
    """Each operation of an addon that is described in its own way, once. Notes, files and the
    like are the same for all its resources: one door of the toolkit, described word for word."""
    known: set[tuple[str, ...]] = set()
    for operation in operations:
        _, _, _, addon, _, *rest = operation.path.split("/") + [""] * 3
        raw = operation.definition.raw
        said = [raw.get("parameters"), raw.get("requestBody"), sorted(raw["responses"])]
        kind = (addon, operation.method, "/".join(rest), json.dumps(said, sort_keys=True))
        if kind not in known:
            known.add(kind)
            yield operation


def call(operation: Any, person: Person, *, times: int, checks: Sequence[Any], **kind: Any) -> None:
    """Send some requests, the same ones each time; `kind` narrows what is made up."""

    @given(case=operation.as_strategy(**kind))
    @settings(
        max_examples=times,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    def run(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url=str(person.api.base_url))
        sent.pop("cookies", None)
        if isinstance(sent.get("data"), str | bytes):
            sent["content"] = sent.pop("data")
        if sent.get("files"):
            sent["files"] = [(name, _part(value)) for name, value in dict(sent["files"]).items()]
        # As the letters stand on the wire (RFC 9110, 5.5); httpx by itself writes ASCII alone.
        made_up = dict(sent.pop("headers", None) or {})
        headers = {name: value.encode("latin-1", "ignore") for name, value in made_up.items()}
        reply = person.api.request(**sent, headers=headers)
        case.validate_response(Response.from_any(reply), checks=list(checks))

    run()


def _part(value: Any) -> Any:
    """A piece of a form as httpx takes it, whatever was made up."""
    if isinstance(value, tuple):  # a file's name, its content, and perhaps its type
        return (value[0], _part(value[1]), *value[2:])
    return value if isinstance(value, str | bytes) else str(value)
