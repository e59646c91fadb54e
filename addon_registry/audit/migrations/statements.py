"""Changes that SQL makes, read statement by statement without a database.

Only what starts a statement and what an ALTER TABLE does is looked at; bodies of functions are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from addon_registry.audit.migrations.change import (
    DEFAULT,
    NEVER_WAITS,
    NOT_NULL,
    NOT_VALID,
    STORED,
    WHOLE,
    Change,
    Kind,
)

_SKIPPED: Final = re.compile(r"--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$|'(?:[^']|'')*'", re.DOTALL)
_NAME: Final = r'((?:"[^"]+"|[\w{}]+)(?:\.(?:"[^"]+"|[\w{}]+))?)'
_IF: Final = r"(?:IF\s+(?:NOT\s+)?EXISTS\s+)?"


def _starts(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\s*{pattern}", re.IGNORECASE | re.DOTALL)


_ALTER_TABLE: Final = _starts(rf"ALTER\s+TABLE\s+{_IF}(?:ONLY\s+)?{_NAME}\s+(.*)")
_INDEX: Final = _starts(
    rf"CREATE\s+(?:UNIQUE\s+)?INDEX\s+(CONCURRENTLY\s+)?{_IF}(?:\w+\s+)?ON\s+(?:ONLY\s+)?{_NAME}"
)
_UPDATE: Final = _starts(rf"(?:UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?{_NAME}(.*)")
_STATEMENTS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("create_table", _starts(rf"CREATE\s+(?:UNLOGGED\s+)?TABLE\s+{_IF}{_NAME}")),
    ("drop_table", _starts(rf"DROP\s+TABLE\s+{_IF}{_NAME}")),
    (
        "rewrite",
        _starts(rf"(?:CLUSTER|VACUUM(?:\s*\([^)]*FULL[^)]*\)|\s+FULL)|REINDEX)\b(?:.*?\s){_NAME}"),
    ),
    ("rewrite", _starts(rf"TRUNCATE\s+(?:TABLE\s+)?{_NAME}")),
    ("lock", _starts(rf"LOCK\s+(?:TABLE\s+)?{_NAME}")),
    (
        "server",
        _starts(r"((?:CREATE|ALTER|DROP)\s+(?:EXTENSION|ROLE|USER|DATABASE|SERVER|LANGUAGE))"),
    ),
    ("server", _starts(r"((?:ALTER\s+SYSTEM|ALTER\s+DEFAULT|REASSIGN|LOAD|COPY)\b)")),
    ("server", _starts(r"((?:GRANT|REVOKE)\s+\w+(?:\s*,\s*\w+)*\s+(?:TO|FROM))\b")),
)
_ACTIONS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("rename_column", _starts(r"RENAME\s+(?!TO\b|CONSTRAINT\b)")),
    ("rename_table", _starts(r"(?:RENAME\s+TO|SET\s+SCHEMA)\b")),
    ("foreign_key", _starts(r"ADD\s+(?:CONSTRAINT\s+\S+\s+)?FOREIGN\s+KEY\b")),
    (
        "unique",
        _starts(
            r"ADD\s+(?:CONSTRAINT\s+\S+\s+)?(?:UNIQUE|PRIMARY\s+KEY|EXCLUDE)\b(?!.*USING\s+INDEX\s)"
        ),
    ),
    ("check", _starts(r"ADD\s+(?:CONSTRAINT\s+\S+\s+)?(?:CHECK|NOT\s+NULL)\b")),
    ("add_column", _starts(r"ADD\s+(?!CONSTRAINT\b|UNIQUE\b|PRIMARY\b|EXCLUDE\b)")),
    ("alter_type", _starts(r"ALTER\s+(?:COLUMN\s+)?\S+\s+(?:SET\s+DATA\s+)?TYPE\b")),
    ("set_not_null", _starts(r"ALTER\s+(?:COLUMN\s+)?\S+\s+SET\s+NOT\s+NULL\b")),
    ("validate", _starts(r"VALIDATE\s+CONSTRAINT\b")),
    ("drop_column", _starts(r"DROP\s+(?!CONSTRAINT\b)")),
    ("rewrite", _starts(r"SET\s+(?:LOGGED|UNLOGGED|TABLESPACE|ACCESS\s+METHOD)\b")),
    ("lock", _starts(r"(?:DISABLE|ENABLE)\s+(?:(?:REPLICA|ALWAYS)\s+)?TRIGGER\b")),
)


def changes(sql: str, line: int) -> Iterator[Change]:
    """The changes that these statements make; `line` is where the first of them begins."""
    bare = _SKIPPED.sub(_blank, sql)
    position = 0
    for statement in bare.split(";"):
        begins = position + len(statement) - len(statement.lstrip())
        yield from _of_statement(statement, line + bare.count("\n", 0, begins))
        position += len(statement) + 1


def _blank(match: re.Match[str]) -> str:
    """Comments vanish, strings and bodies of functions become empty; lines stay."""
    lines = "\n" * match[0].count("\n")
    return lines if match[0].startswith(("--", "/*")) else f"''{lines}"


def _of_statement(statement: str, line: int) -> Iterator[Change]:
    if match := _ALTER_TABLE.match(statement):
        for action in _split(match[2]):
            yield from _of_action(action, _plain(match[1]), line)
    elif match := _INDEX.match(statement):
        said = {NEVER_WAITS: "yes"} if match[1] else {}
        yield Change("create_index", _plain(match[2]), line, said)
    elif match := _UPDATE.match(statement):
        said = {} if re.search(r"\bWHERE\b", match[2], re.IGNORECASE) else {WHOLE: "yes"}
        yield Change("update", _plain(match[1]), line, said)
    else:
        for kind, pattern in _STATEMENTS:
            if match := pattern.match(statement):
                yield Change(kind, _plain(match[1]), line)
                return


def _of_action(action: str, table: str, line: int) -> Iterator[Change]:
    for kind, pattern in _ACTIONS:
        if pattern.match(action):
            yield Change(kind, table, line, _said(action))
            return


def _said(action: str) -> dict[str, str]:
    said: dict[str, str] = {}
    if match := re.search(r"\bDEFAULT\s+(.*)", action, re.IGNORECASE | re.DOTALL):
        said[DEFAULT] = match[1]
    if re.search(r"\bNOT\s+NULL\b", action, re.IGNORECASE):
        said[NOT_NULL] = "yes"
    if re.search(r"\bSTORED\b|\bAS\s+IDENTITY\b|\b(?:big|small)?serial\b", action, re.IGNORECASE):
        said[STORED] = "yes"
    if re.search(r"\bNOT\s+VALID\b", action, re.IGNORECASE):
        said[NOT_VALID] = "yes"
    return said


def _split(actions: str) -> Iterator[str]:
    """The parts between commas that no bracket holds together."""
    depth, begin = 0, 0
    for position, character in enumerate(actions):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            yield actions[begin:position]
            begin = position + 1
    yield actions[begin:]


def _plain(name: str) -> str:
    return name.replace('"', "").lower()
