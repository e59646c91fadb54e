"""Calls of an addon's own in the description of the API, beside those of its resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.declare.rights import Permission


@dataclass(frozen=True, slots=True, eq=False)
class ApiCall:
    """How OpenAPI describes a route below `/api/v1/<addon>/`; `name` is unique in the addon.

    `answer` and `sent` are JSON Schemas (draft 2020-12) of objects; `media_type` is that of an
    answer that is no JSON, and without either there is none to read. `query` has the schemas of
    parameters by name, `problems` the statuses of errors beyond those that any call may have.
    `bearer` says whose token is sent where that is not a user's: the call's route is then open to
    everybody, its handler looks at the token, and only who holds `shown_to` reads of it.
    """

    name: str
    summary: str
    answer: Mapping[str, Any] | None = None
    sent: Mapping[str, Any] | None = None
    media_type: str = ""
    status: int = 200
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    bearer: str = ""
    shown_to: Permission | None = None
