"""The tables of an addon's schema as the database has them, whether its code is there or not."""

from __future__ import annotations

from sqlalchemy import Table, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.schema import MetaData

from core.addons.migrations import VERSION_TABLE

_TABLES = text(
    "SELECT tablename FROM pg_catalog.pg_tables"
    " WHERE schemaname = :schema AND tablename <> :version_table ORDER BY tablename"
)

# Foreign keys of other schemas into this one: dropping it would cut them off.
_REFERRING = text(
    "SELECT DISTINCT referring.relnamespace::regnamespace::text"
    "  FROM pg_catalog.pg_constraint AS key"
    "  JOIN pg_catalog.pg_class AS referring ON referring.oid = key.conrelid"
    "  JOIN pg_catalog.pg_class AS referred ON referred.oid = key.confrelid"
    " WHERE key.contype = 'f'"
    "   AND referred.relnamespace = to_regnamespace(quote_ident(:schema))"
    "   AND referring.relnamespace <> referred.relnamespace ORDER BY 1"
)


def names(session: Session, schema: str) -> list[str]:
    """The tables of a schema, without the one that Alembic keeps."""
    found = session.execute(_TABLES, {"schema": schema, "version_table": VERSION_TABLE})
    return list(found.scalars())


def counts(session: Session, schema: str) -> dict[str, int]:
    """How many rows each table of a schema has."""
    return {
        name: session.execute(select(func.count()).select_from(table(schema, name))).scalar_one()
        for name in names(session, schema)
    }


def table(schema: str, name: str) -> Table:
    """A table by name, for a query that needs no model."""
    return Table(name, MetaData(), schema=schema)


def referring_schemas(session: Session, schema: str) -> list[str]:
    """Other schemas whose tables refer to this one's."""
    return list(session.execute(_REFERRING, {"schema": schema}).scalars())
