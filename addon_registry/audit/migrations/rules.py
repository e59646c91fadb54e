"""What each change does to people who work meanwhile, and how to do without it.

A table that the same migration makes has no rows, and nobody waits for it. A line with the comment
`# few rows: <why>` says that its table stays small: errors about waiting become warnings. Where a
migration has validated a constraint of a table, later ones may set its columns NOT NULL: PostgreSQL
takes the constraint's word for it and does not look at the rows again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Final

from addon_registry.audit.finding import Finding, Place, error, warning
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
from addon_registry.audit.migrations.history import Migration, migrations_of
from addon_registry.audit.module import names
from addon_registry.audit.subject import Subject
from core.i18n.phrases import Phrase, phrase

RULE: Final = "migrations"
_FEW_ROWS: Final = re.compile(r"#\s*few rows:\s*(\S.*)")
_CALLED: Final = re.compile(r"\b([a-z_]\w*)\s*\(", re.IGNORECASE)
# Immutable or stable (pg_proc.provolatile): one value for all rows, so nothing is rewritten.
_STEADY: Final = names(
    "now transaction_timestamp statement_timestamp current_setting date_trunc to_char lower upper"
    " coalesce concat length array jsonb_build_object jsonb_build_array json_build_object"
    " make_interval make_date numeric varchar char timestamp timestamptz interval bit"
)

_Judged = tuple[bool, Phrase, Phrase]
"""Whether it is an error, what it does, and how to mend it."""


def check(subject: Subject) -> Iterator[Finding]:
    """The findings of every migration."""
    validated: set[str] = set()
    for migration in sorted(migrations_of(subject), key=lambda each: each.module.path):
        yield from _of_one(migration, subject.manifest.name, validated)
        for change in migration.changes:
            if change.kind == "validate":
                validated.add(_full(change.table, subject.manifest.name))


def _of_one(migration: Migration, schema: str, validated: Collection[str]) -> Iterator[Finding]:
    fresh = {_full(c.table, schema) for c in migration.changes if c.kind == "create_table"}
    path = migration.module.path
    for change in migration.changes:
        place = Place(path, change.line)
        table = _full(change.table, schema)
        if change.kind == "server":
            yield error(RULE, place, *_server(change))
        elif table.split(".")[0] not in (schema, "?"):
            yield error(RULE, place, *_foreign(table))
        elif table not in fresh and not (change.kind == "set_not_null" and table in validated):
            for judged in _RULES.get(change.kind, _nothing)(change):
                yield _finding(migration, place, table, judged)
    if not migration.can_be_undone:
        yield warning(
            RULE,
            Place(path),
            phrase("The migration has no downgrade: nobody can go back to the version before."),
            phrase("Write downgrade(), which leaves the tables as they were."),
        )


def _finding(migration: Migration, place: Place, table: str, judged: _Judged) -> Finding:
    is_error, does, mend = judged
    message = phrase("{table}: {does}.", table=table, does=does)
    if few := _said_to_be_small(migration, place.line):
        small = phrase("{what} Its author says: few rows, {why}.", what=message, why=few)
        return warning(RULE, place, small, mend)
    return (error if is_error else warning)(RULE, place, message, mend)


def _said_to_be_small(migration: Migration, line: int) -> str:
    around = migration.module.lines[max(line - 2, 0) : line]
    found = [match[1] for text in around if (match := _FEW_ROWS.search(text))]
    return found[0] if found else ""


def _full(table: str, schema: str) -> str:
    return table if "." in table else f"{schema}.{table}"


def _server(change: Change) -> tuple[Phrase, Phrase]:
    return (
        phrase("{what} is a matter of the server, not of an addon.", what=change.table.upper()),
        phrase("Leave it out; rights on the addon's tables are set by the platform."),
    )


def _foreign(table: str) -> tuple[Phrase, Phrase]:
    return (
        phrase("{table} belongs to somebody else.", table=table),
        phrase("Change tables of the addon's own schema alone; ask others through their api."),
    )


def _nothing(change: Change) -> Iterator[_Judged]:
    yield from ()


def _add_column(change: Change) -> Iterator[_Judged]:
    default = change.said.get(DEFAULT, "")
    if STORED in change.said or any(n.lower() not in _STEADY for n in _CALLED.findall(default)):
        yield (
            True,
            phrase("a column whose value is worked out for each row rewrites the table"),
            phrase(
                "Add it empty, give new rows their value in the model, and fill the old by a job."
            ),
        )
    elif NOT_NULL in change.said and not default:
        yield (
            True,
            phrase("a column that must not be empty cannot be added where there are rows"),
            phrase("Give it a constant default, or let it be empty until a job has filled it."),
        )


def _create_index(change: Change) -> Iterator[_Judged]:
    if NEVER_WAITS in change.said:
        yield (
            True,
            phrase("an index cannot be made concurrently within a transaction, as upgrades are"),
            phrase("Make the index together with its table, or without CONCURRENTLY."),
        )
    else:
        yield (
            True,
            phrase("whoever writes waits until the index is made"),
            phrase(
                "Make the index together with its table. If the table stays small, say why in a"
                " comment on that line: # few rows: …"
            ),
        )


def _constraint(change: Change) -> Iterator[_Judged]:
    if NOT_VALID not in change.said:
        yield (
            True,
            phrase("everybody waits until every row was checked"),
            phrase("Add the constraint as NOT VALID, and validate it in the next version."),
        )


def _update(change: Change) -> Iterator[_Judged]:
    yield (
        WHOLE in change.said,
        phrase("rows are rewritten while the upgrade holds its locks"),
        phrase("Fill values by a job, in batches, after the upgrade."),
    )


def _always(is_error: bool, does: Phrase, mend: Phrase) -> Callable[[Change], Iterator[_Judged]]:
    def judge(change: Change) -> Iterator[_Judged]:
        yield is_error, does, mend

    return judge


_GONE: Final = phrase("the version before, which may still be serving, looks for it in vain")
_LATER: Final = phrase("Leave it for now, and drop it in a version after nothing uses it any more.")

_RULES: Final[dict[Kind, Callable[[Change], Iterator[_Judged]]]] = {
    "add_column": _add_column,
    "create_index": _create_index,
    "check": _constraint,
    "foreign_key": _constraint,
    "update": _update,
    "unique": _always(
        True,
        phrase("everybody waits until the index of the constraint is made"),
        phrase(
            "Make the constraint together with its table. If the table stays small, say why in a"
            " comment on that line: # few rows: …"
        ),
    ),
    "alter_type": _always(
        True,
        phrase("another type of a column rewrites the table while everybody waits"),
        phrase("Add a column of the new type, fill it by a job, and leave the old one behind."),
    ),
    "set_not_null": _always(
        True,
        phrase("everybody waits until every row was looked at"),
        phrase(
            "Add CHECK (... IS NOT NULL) NOT VALID, validate it in the next version, then set it."
        ),
    ),
    "rewrite": _always(
        True,
        phrase("the whole table is written anew, or emptied, while everybody waits"),
        phrase("Leave it to whoever looks after the server."),
    ),
    "lock": _always(
        True,
        phrase("the table is locked, or its guards are switched off"),
        phrase("Do without it: statements take the locks that they need."),
    ),
    "rename_column": _always(
        True, _GONE, phrase("Add a column with the new name, and fill both for a while.")
    ),
    "rename_table": _always(
        True, _GONE, phrase("Keep the name; the title that people see can change.")
    ),
    "drop_column": _always(False, _GONE, _LATER),
    "drop_table": _always(False, _GONE, _LATER),
}
