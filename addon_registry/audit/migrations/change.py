"""One change of a schema, whether Alembic's calls or SQL say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Kind = Literal[
    "create_table",
    "drop_table",
    "rename_table",
    "add_column",
    "alter_type",
    "set_not_null",
    "validate",
    "rename_column",
    "drop_column",
    "create_index",
    "unique",
    "check",
    "foreign_key",
    "update",
    "rewrite",
    "lock",
    "server",
]

NEVER_WAITS: Final = "concurrently"
DEFAULT: Final = "default"
NOT_NULL: Final = "not null"
STORED: Final = "stored"
NOT_VALID: Final = "not valid"
WHOLE: Final = "whole"


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to which table (`schema.table`), on which line.

    `said` holds what matters for the rules, such as the expression of a default.
    """

    kind: Kind
    table: str
    line: int
    said: Mapping[str, str] = field(default_factory=dict)
