"""Changes that Alembic's operations make: `op.add_column(...)` and its siblings."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Final

from addon_registry.audit.migrations.change import (
    DEFAULT,
    NEVER_WAITS,
    NOT_NULL,
    NOT_VALID,
    STORED,
    Change,
)
from addon_registry.audit.strings import Strings

Keywords = dict[str, ast.expr]


class Calls:
    """Reads operations of one migration; `constants` are what its names hold."""

    def __init__(self, strings: Strings, constants: dict[str, ast.expr]) -> None:
        self._strings = strings
        self._constants = constants

    def changes(self, call: ast.Call, operation: str) -> Iterator[Change]:
        """The changes of one call of `op.<operation>`."""
        keywords = self._keywords(call)
        read = _READERS.get(operation)
        if read is not None:
            yield from read(self, call, keywords)

    def _keywords(self, call: ast.Call) -> Keywords:
        """The named arguments, those of a written-out dictionary among them."""
        found: Keywords = {}
        for keyword in call.keywords:
            if keyword.arg:
                found[keyword.arg] = keyword.value
                continue
            spread = self._held(keyword.value)
            if isinstance(spread, ast.Dict):
                for key, value in zip(spread.keys, spread.values, strict=True):
                    if isinstance(key, ast.Constant):
                        found[str(key.value)] = value
        return found

    def _held(self, node: ast.expr | None) -> ast.expr | None:
        """What a name was given, if it is one."""
        return self._constants.get(node.id, node) if isinstance(node, ast.Name) else node

    def _argument(self, call: ast.Call, keywords: Keywords, index: int, *names: str) -> str:
        given = next((keywords[name] for name in names if name in keywords), None)
        node = call.args[index] if given is None and len(call.args) > index else given
        return (self._strings.text_of(node) or "") if node is not None else ""

    def _table(self, call: ast.Call, keywords: Keywords, index: int, *names: str) -> str:
        table = self._argument(call, keywords, index, *names)
        schema = keywords.get("schema", keywords.get("source_schema"))
        prefix = (self._strings.text_of(schema) or "?") if schema is not None else ""
        return f"{prefix}.{table}" if prefix else table

    def table(self, call: ast.Call, keywords: Keywords) -> Iterator[Change]:
        yield Change("create_table", self._table(call, keywords, 0, "table_name"), call.lineno)

    def drop_table(self, call: ast.Call, keywords: Keywords) -> Iterator[Change]:
        yield Change("drop_table", self._table(call, keywords, 0, "table_name"), call.lineno)

    def rename_table(self, call: ast.Call, keywords: Keywords) -> Iterator[Change]:
        yield Change("rename_table", self._table(call, keywords, 0, "old_table_name"), call.lineno)

    def drop_column(self, call: ast.Call, keywords: Keywords) -> Iterator[Change]:
        yield Change("drop_column", self._table(call, keywords, 0, "table_name"), call.lineno)

    def add_column(self, call: ast.Call, keywords: Keywords) -> Iterator[Change]:
        table = self._table(call, keywords, 0, "table_name")
        column = self._held(keywords.get("column", call.args[1] if len(call.args) > 1 else None))
        said = self._column(column) if isinstance(column, ast.Call) else {}
        yield Change("add_column", table, call.lineno, said)

    def _column(self, column: ast.Call) -> dict[str, str]:
        said: dict[str, str] = {}
        for keyword in column.keywords:
            if keyword.arg == "server_default":
                said[DEFAULT] = _expression(self._held(keyword.value), self._strings)
            if keyword.arg == "nullable" and _is(keyword.value, False):
                said[NOT_NULL] = "yes"
        for part in column.args:
            name = ast.unparse(part.func) if isinstance(part, ast.Call) else ""
            if name.endswith("Identity"):
                said[STORED] = "identity"
            if isinstance(part, ast.Call) and name.endswith("Computed"):
                # PostgreSQL 18 computes where it reads unless told otherwise; Alembic's default
                # is to store on older ones.
                virtual = any(k.arg == "persisted" and _is(k.value, False) for k in part.keywords)
                said |= {} if virtual else {STORED: "computed"}
        return said

    def alter_column(self, call: ast.Call, keywords: Keywords) -> Iterator[Change]:
        table = self._table(call, keywords, 0, "table_name")
        if "type_" in keywords and not _widens(keywords):
            yield Change("alter_type", table, call.lineno)
        if _is(keywords.get("nullable"), False):
            yield Change("set_not_null", table, call.lineno)
        if "new_column_name" in keywords:
            yield Change("rename_column", table, call.lineno)

    def index(self, call: ast.Call, keywords: Keywords) -> Iterator[Change]:
        said = {NEVER_WAITS: "yes"} if _is(keywords.get("postgresql_concurrently"), True) else {}
        yield Change(
            "create_index", self._table(call, keywords, 1, "table_name"), call.lineno, said
        )

    def unique(self, call: ast.Call, keywords: Keywords) -> Iterator[Change]:
        yield Change("unique", self._table(call, keywords, 1, "table_name"), call.lineno)

    def check(self, call: ast.Call, keywords: Keywords) -> Iterator[Change]:
        table = self._table(call, keywords, 1, "table_name")
        yield Change("check", table, call.lineno, _validity(keywords))

    def foreign_key(self, call: ast.Call, keywords: Keywords) -> Iterator[Change]:
        table = self._table(call, keywords, 1, "source_table")
        yield Change("foreign_key", table, call.lineno, _validity(keywords))


_READERS: Final[dict[str, Callable[[Calls, ast.Call, Keywords], Iterator[Change]]]] = {
    "create_table": Calls.table,
    "drop_table": Calls.drop_table,
    "rename_table": Calls.rename_table,
    "add_column": Calls.add_column,
    "drop_column": Calls.drop_column,
    "alter_column": Calls.alter_column,
    "create_index": Calls.index,
    "create_unique_constraint": Calls.unique,
    "create_check_constraint": Calls.check,
    "create_foreign_key": Calls.foreign_key,
}


def in_batch(call: ast.Call, batch: ast.Call) -> ast.Call:
    """A call on a batch as the operation on its table: `batch.drop_column("x")` names none."""
    names_first = isinstance(call.func, ast.Attribute) and call.func.attr.startswith("create_")
    place = 1 if names_first else 0
    args = [*call.args[:place], *batch.args[:1], *call.args[place:]]
    keywords = [*call.keywords, *batch.keywords]
    return ast.copy_location(ast.Call(call.func, args, keywords), call)


def _validity(keywords: Keywords) -> dict[str, str]:
    return {NOT_VALID: "yes"} if _is(keywords.get("postgresql_not_valid"), True) else {}


def _widens(keywords: Keywords) -> bool:
    """Text of any length from text of some length needs no rewriting."""
    new = ast.unparse(keywords["type_"])
    old = ast.unparse(keywords["existing_type"]) if "existing_type" in keywords else ""
    unlimited = new.split(".")[-1] in ("Text", "Text()", "String", "String()")
    return unlimited and old.split(".")[-1].startswith(("String", "VARCHAR", "Text", "TEXT"))


def _expression(node: ast.expr | None, strings: Strings) -> str:
    """A server default as SQL: a plain string is a literal, text() and func.x() are code."""
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func).split(".")[-1]
        if name in ("text", "literal_column") and node.args:
            return strings.text_of(node.args[0]) or "unknown()"
        return f"{name}()"
    return "literal" if node is not None and strings.text_of(node) is not None else "unknown()"


def _is(node: ast.expr | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
