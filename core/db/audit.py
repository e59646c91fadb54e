"""The audit trail: who changed what, from what to what, written by the database itself.

A trigger on every business table writes to `core.audit_log`, on which the runtime role may
only read: the application can neither forget an entry nor change one. The same trigger
counts `version` up, so that an edit by plain SQL is noticed like any other.
"""

from __future__ import annotations

from psycopg import sql
from sqlalchemy import Connection, Table

from core.db.base import Model
from core.db.grants import execute

AUDIT_FUNCTIONS = """
CREATE OR REPLACE FUNCTION core.touch_row() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.version = OLD.version THEN
    NEW.version := OLD.version + 1;
    NEW.updated_at := clock_timestamp();
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION core.audit_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  secret text[] := TG_ARGV::text[];
  before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) ELSE '{}' END;
  after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) ELSE '{}' END;
  changed jsonb;
BEGIN
  SELECT jsonb_object_agg(key, CASE
           WHEN key = ANY (secret) THEN '["***", "***"]'::jsonb
           ELSE jsonb_build_array(before -> key, after -> key) END)
    INTO changed
    FROM (SELECT jsonb_object_keys(before || after) AS key) AS keys
   WHERE key NOT IN ('version', 'updated_at')
     AND (before -> key) IS DISTINCT FROM (after -> key);
  IF TG_OP = 'UPDATE' AND changed IS NULL THEN
    RETURN NULL;
  END IF;
  INSERT INTO core.audit_log
    (table_name, record_id, operation, changes, actor, actor_id, request_id, db_role)
  VALUES (
    TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME,
    coalesce(after ->> 'id', before ->> 'id', ''),
    lower(TG_OP),
    coalesce(changed, '{}'),
    coalesce(nullif(current_setting('aorabooks.actor', true), ''), 'unattributed'),
    nullif(current_setting('aorabooks.actor_id', true), '')::bigint,
    coalesce(current_setting('aorabooks.request_id', true), ''),
    session_user);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION core.audit_row() FROM PUBLIC;
"""
"""Created by the kernel's first migration; the audit function runs with its owner's rights."""

_EVENTS = {"all": "INSERT OR UPDATE OR DELETE", "changes": "UPDATE OR DELETE"}


def attach(connection: Connection, schema: str) -> None:
    """Put the triggers on the tables of a schema, as its models declare them. Repeatable."""
    for table in Model.metadata.sorted_tables:
        if table.schema == schema:
            _attach_table(connection, table)


def _attach_table(connection: Connection, table: Table) -> None:
    schema, name = table.schema or "", table.name
    audit = table.info.get("audit", "all")
    for trigger in ("aorabooks_audit", "aorabooks_touch"):
        execute(connection, sql.SQL("DROP TRIGGER IF EXISTS {} ON {}.{}"), trigger, schema, name)
    if "version" in table.columns and "updated_at" in table.columns:
        execute(
            connection,
            sql.SQL(
                "CREATE TRIGGER {} BEFORE UPDATE ON {}.{}"
                " FOR EACH ROW EXECUTE FUNCTION core.touch_row()"
            ),
            "aorabooks_touch",
            schema,
            name,
        )
    if audit == "none":
        return
    secret = [column.name for column in table.columns if column.info.get("secret")]
    arguments = sql.SQL(", ").join(sql.Literal(name) for name in secret)
    raw = connection.connection.driver_connection
    connection.exec_driver_sql(
        sql.SQL(
            "CREATE TRIGGER {} AFTER " + _EVENTS[audit] + " ON {}.{}"
            " FOR EACH ROW EXECUTE FUNCTION core.audit_row({})"
        )
        .format(
            sql.Identifier("aorabooks_audit"),
            sql.Identifier(schema),
            sql.Identifier(name),
            arguments,
        )
        .as_string(raw)
    )
