"""Custom fields: definitions, values, and the triggers that keep both in step with records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0013_custom_fields"
down_revision = "0012_imports"

VALUE_AS_JSON = """
CREATE FUNCTION core.custom_value_json(held core.custom_value) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT coalesce(
    to_jsonb(held.text), to_jsonb(held.long_text), to_jsonb(held.whole), to_jsonb(held.number),
    to_jsonb(held.day), to_jsonb(held.moment), to_jsonb(held.flag), to_jsonb(held.many))
$$
"""

# One entry for each record that a statement changed, as if the record itself had the columns.
# Runs with its owner's rights, like core.audit_row: the runtime role may only read the trail.
AUDIT_VALUES = """
CREATE FUNCTION core.audit_custom_values() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO core.audit_log
      (table_name, record_id, operation, changes, actor, actor_id, request_id, db_role)
    SELECT field.table_name, after.record_id, 'update', jsonb_object_agg(
             'x_' || field.name, jsonb_build_array(NULL, core.custom_value_json(after))),
           who.label, who.id, who.request, session_user
      FROM after JOIN core.custom_field AS field ON field.id = after.field_id
     CROSS JOIN core.custom_author() AS who
     GROUP BY field.table_name, after.record_id, who.label, who.id, who.request;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO core.audit_log
      (table_name, record_id, operation, changes, actor, actor_id, request_id, db_role)
    SELECT field.table_name, after.record_id, 'update', jsonb_object_agg(
             'x_' || field.name, jsonb_build_array(
               core.custom_value_json(before), core.custom_value_json(after))),
           who.label, who.id, who.request, session_user
      FROM before JOIN after USING (field_id, record_id)
      JOIN core.custom_field AS field ON field.id = after.field_id
     CROSS JOIN core.custom_author() AS who
     WHERE core.custom_value_json(before) IS DISTINCT FROM core.custom_value_json(after)
     GROUP BY field.table_name, after.record_id, who.label, who.id, who.request;
  ELSE
    INSERT INTO core.audit_log
      (table_name, record_id, operation, changes, actor, actor_id, request_id, db_role)
    SELECT field.table_name, before.record_id, 'update', jsonb_object_agg(
             'x_' || field.name, jsonb_build_array(core.custom_value_json(before), NULL)),
           who.label, who.id, who.request, session_user
      FROM before JOIN core.custom_field AS field ON field.id = before.field_id
     CROSS JOIN core.custom_author() AS who
     GROUP BY field.table_name, before.record_id, who.label, who.id, who.request;
  END IF;
  RETURN NULL;
END $$
"""

AUTHOR = """
CREATE FUNCTION core.custom_author(OUT label text, OUT id bigint, OUT request text)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT coalesce(nullif(current_setting('aorabooks.actor', true), ''), 'unattributed'),
         nullif(current_setting('aorabooks.actor_id', true), '')::bigint,
         coalesce(current_setting('aorabooks.request_id', true), '')
$$
"""

DROP_VALUES = """
CREATE FUNCTION core.drop_custom_values() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  DELETE FROM core.custom_value AS held USING core.custom_field AS field
   WHERE field.table_name = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME
     AND held.field_id = field.id
     AND held.record_id IN (SELECT id FROM gone);
  RETURN NULL;
END $$
"""

# Tables of addons that are there already; those to come get it from core.db.audit.
ATTACH = """
DO $$
DECLARE
  target record;
BEGIN
  FOR target IN
    SELECT space.nspname, class.relname
      FROM pg_trigger JOIN pg_class AS class ON class.oid = tgrelid
      JOIN pg_namespace AS space ON space.oid = class.relnamespace
     WHERE tgname = 'aorabooks_touch' AND space.nspname <> 'core'
       AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = class.oid AND attname = 'id'
                      AND atttypid = 'bigint'::regtype)
  LOOP
    EXECUTE format(
      'CREATE TRIGGER aorabooks_custom AFTER DELETE ON %I.%I REFERENCING OLD TABLE AS gone'
      ' FOR EACH STATEMENT EXECUTE FUNCTION core.drop_custom_values()',
      target.nspname, target.relname);
  END LOOP;
END $$
"""

_EVENTS = {
    "insert": "NEW TABLE AS after",
    "update": "OLD TABLE AS before NEW TABLE AS after",
    "delete": "OLD TABLE AS before",
}


def upgrade() -> None:
    """Create the tables and what watches over them."""
    _fields()
    _values()
    for statement in (VALUE_AS_JSON, AUTHOR, AUDIT_VALUES, DROP_VALUES):
        op.execute(statement)
    for function in ("audit_custom_values", "drop_custom_values"):
        op.execute(f"REVOKE ALL ON FUNCTION core.{function}() FROM PUBLIC")
    for event, tables in _EVENTS.items():
        op.execute(
            f"CREATE TRIGGER audit_{event} AFTER {event} ON core.custom_value REFERENCING {tables}"
            " FOR EACH STATEMENT EXECUTE FUNCTION core.audit_custom_values()"
        )
    op.execute(ATTACH)


def _fields() -> None:
    op.create_table(
        "custom_field",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        _now("created_at"),
        _now("updated_at"),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("titles", JSONB(), nullable=False),
        sa.Column("helps", JSONB(), server_default="{}", nullable=False),
        sa.Column("rules", JSONB(), server_default="{}", nullable=False),
        sa.Column("initial", JSONB()),
        *(
            sa.Column(name, sa.Boolean(), server_default="false", nullable=False)
            for name in ("required", "unique", "listed", "searchable")
        ),
        sa.Column("section", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seen_by", JSONB(), server_default="[]", nullable=False),
        sa.Column("edited_by", JSONB(), server_default="[]", nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_field")),
        sa.UniqueConstraint("resource", "name", name=op.f("uq_custom_field_resource_name")),
        schema="core",
    )
    op.create_index(
        op.f("ix_custom_field_table_name"), "custom_field", ["table_name"], schema="core"
    )


def _values() -> None:
    op.create_table(
        "custom_value",
        sa.Column("field_id", sa.BigInteger(), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("long_text", sa.Text()),
        sa.Column("whole", sa.BigInteger()),
        sa.Column("number", sa.Numeric()),
        sa.Column("day", sa.Date()),
        sa.Column("moment", sa.DateTime(timezone=True)),
        sa.Column("flag", sa.Boolean()),
        sa.Column("many", ARRAY(sa.Text())),
        sa.Column("unique_key", sa.Text()),
        sa.PrimaryKeyConstraint("field_id", "record_id", name=op.f("pk_custom_value")),
        sa.ForeignKeyConstraint(
            ["field_id"],
            ["core.custom_field.id"],
            name=op.f("fk_custom_value_field_id"),
        ),
        schema="core",
    )
    op.create_index(op.f("ix_custom_value_record_id"), "custom_value", ["record_id"], schema="core")
    for column in ("text", "whole", "number", "day", "moment", "flag"):
        op.create_index(
            f"ix_custom_value_{column}",
            "custom_value",
            ["field_id", column, "record_id"],
            schema="core",
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    op.create_index(
        "uq_custom_value_unique_key",
        "custom_value",
        ["field_id", "unique_key"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("unique_key IS NOT NULL"),
    )


def _now(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)
