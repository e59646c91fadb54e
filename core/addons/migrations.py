"""Brings one addon's tables to their newest form, inside the caller's transaction.

Each addon has a linear history of plain Alembic files in `migrations/versions/` and its own
`alembic_version` in its own schema, so that addons come and go without knowing each other.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, text
from sqlalchemy.schema import CreateSchema, SchemaItem

from core.addons.heads import kept_scripts
from core.db import audit, grants, search_index, stamps
from core.db.base import Model
from core.errors import Unavailable

VERSION_TABLE = "alembic_version"

_ONE_AT_A_TIME = threading.Lock()
"""Alembic's `op` is one per process, so two migrations cannot run in it at once."""


class SchemaIsNewer(Unavailable):
    """The database was upgraded by a version that knows more than this one."""


def upgrade(connection: Connection, addon: str, folder: Path) -> str | None:
    """Run what is missing of the addon's history; returns the head reached, None without tables.

    `connection` belongs to the owner role and is in a transaction, which the caller ends: an
    exception half way leaves nothing. Rights and triggers are set anew each time.
    """
    scripts = kept_scripts(folder)
    if scripts is None:
        return None
    head = scripts.get_current_head()
    if not _schema_exists(connection, addon):
        connection.execute(CreateSchema(addon))

    def missing(current: Any, _: MigrationContext) -> Iterable[Any]:
        _refuse_newer(addon, scripts, current)
        return scripts._upgrade_revs("head", current)

    context = MigrationContext.configure(connection, opts={**_options(addon), "fn": missing})
    with _ONE_AT_A_TIME, Operations.context(context):
        context.run_migrations()
    connection.exec_driver_sql(_rights_and_triggers(addon, tuple(grants.tables_of(addon))))
    return head


def bring_back(connection: Connection, addon: str, folder: Path, later: Path) -> bool:
    """Undo what a `later` version of the addon did to these tables; says whether there was any.

    Its own `downgrade` functions do it, as far as this version's newest migration. The
    connection as in `upgrade`. Raises Unavailable if there is no way back.
    """
    scripts, newer = kept_scripts(folder), kept_scripts(later)
    if newer is None or not _schema_exists(connection, addon):
        return False
    known = _known(scripts)
    target = scripts.get_current_head() if scripts is not None else None

    def extra(current: Any, _: MigrationContext) -> Iterable[Any]:
        return newer._downgrade_revs(target or "base", current)

    context = MigrationContext.configure(connection, opts={**_options(addon), "fn": extra})
    if not set(context.get_current_heads()) & (_known(newer) - known):
        return False
    with _ONE_AT_A_TIME, Operations.context(context):
        context.run_migrations()
    return True


def differences(connection: Connection, addon: str) -> list[str]:
    """What the addon's models say and its migrations do not, or the other way round."""
    options = _options(addon) | {
        "target_metadata": Model.metadata,
        "include_schemas": True,
        "include_name": lambda name, kind, _: kind != "schema" or name == addon,
        "include_object": lambda item, name, *_: (
            _schema_of(item) in (addon, None)
            and not (name or "").startswith(search_index.PREFIX)
            and not getattr(item, "info", {}).get("view")
        ),
        "compare_type": True,
        "compare_server_default": True,
    }
    context = MigrationContext.configure(connection, opts=options)
    return [_described(change) for change in compare_metadata(context, Model.metadata)]


@lru_cache(maxsize=64)
def _rights_and_triggers(addon: str, _: tuple[Table, ...]) -> str:
    """A script that gives the addon's tables their rights and triggers. A fleet takes thousands of
    it, so it is kept for as long as the tables that models declare are the same."""
    parts = (grants.statements(addon), audit.statements(addon), stamps.statements(addon))
    return grants.script(chain.from_iterable(parts))


def _refuse_newer(addon: str, scripts: ScriptDirectory, current: Iterable[str]) -> None:
    known = _known(scripts)
    for revision in set(current) - known:
        raise SchemaIsNewer(
            f"The tables of {addon} were made by a newer version, which added {revision!r}.",
            fix="Start that version again, or restore a backup made with this one.",
        )


def _known(scripts: ScriptDirectory | None) -> set[str]:
    return set() if scripts is None else {each.revision for each in scripts.walk_revisions()}


def _options(addon: str) -> dict[str, Any]:
    return {"version_table": VERSION_TABLE, "version_table_schema": addon}


def _schema_exists(connection: Connection, schema: str) -> bool:
    found = connection.execute(
        text("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = :name"), {"name": schema}
    )
    return found.scalar() is not None


def _schema_of(item: SchemaItem) -> str | None:
    table = getattr(item, "table", item)
    return getattr(table, "schema", None)


def _described(change: Any) -> str:
    if isinstance(change, list):
        return "; ".join(_described(part) for part in change)
    kind, *values = change
    return f"{kind}: {', '.join(str(value) for value in values if value is not None)}"
