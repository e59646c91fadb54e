"""The kernel's first tables: audit trail, addons, options, events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from core.db.xid import Xid

revision = "0001_kernel"
down_revision = None

TOUCH_ROW = """
CREATE FUNCTION core.touch_row() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.version = OLD.version THEN
    NEW.version := OLD.version + 1;
    NEW.updated_at := clock_timestamp();
  END IF;
  RETURN NEW;
END $$
"""

# Runs with its owner's rights: the runtime role may read the trail and nothing else.
AUDIT_ROW = """
CREATE FUNCTION core.audit_row() RETURNS trigger
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
END $$
"""


def upgrade() -> None:
    _audit_log()
    for statement in (TOUCH_ROW, AUDIT_ROW, "REVOKE ALL ON FUNCTION core.audit_row() FROM PUBLIC"):
        op.execute(statement)
    _addons()
    _options()
    _event_log()


def _audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        _now("at"),
        _xid(),
        sa.Column("table_name", sa.Text, nullable=False),
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("operation", sa.Text, nullable=False),
        sa.Column("changes", JSONB, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("actor_id", sa.BigInteger),
        sa.Column("request_id", sa.Text, server_default=sa.text("''"), nullable=False),
        sa.Column("db_role", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
        schema="core",
    )
    op.create_index("ix_audit_log_record", "audit_log", ["table_name", "record_id"], schema="core")
    op.create_index("ix_audit_log_xid", "audit_log", ["xid"], schema="core")


def _addons() -> None:
    op.create_table(
        "addon",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("head", sa.Text),
        sa.Column("digest", sa.Text, server_default=sa.text("''"), nullable=False),
        sa.Column("reason", sa.Text, server_default=sa.text("''"), nullable=False),
        _now("changed_at"),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_addon"),
        sa.CheckConstraint(
            "state IN ('enabled', 'disabled', 'suspended', 'purged')", name="ck_addon_state"
        ),
        schema="core",
    )
    op.create_table(
        "addon_log",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        _now("at"),
        sa.Column("addon", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("detail", JSONB, server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_addon_log"),
        schema="core",
    )
    op.create_index("ix_addon_log_addon", "addon_log", ["addon", "id"], schema="core")


def _options() -> None:
    op.create_table(
        "option",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("version", sa.BigInteger, server_default=sa.text("1"), nullable=False),
        _now("created_at"),
        _now("updated_at"),
        sa.Column("addon", sa.Text, nullable=False),
        sa.Column("values", JSONB, server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_option"),
        sa.UniqueConstraint("addon", name="uq_option_addon"),
        schema="core",
    )


def _event_log() -> None:
    op.create_table(
        "event_log",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        _now("at"),
        sa.Column("actor", sa.Text, nullable=False),
        _xid(),
        sa.PrimaryKeyConstraint("id", name="pk_event_log"),
        sa.UniqueConstraint("event_id", name="uq_event_log_event_id"),
        schema="core",
    )
    op.create_index("ix_event_log_name", "event_log", ["name", "id"], schema="core")
    op.create_index("ix_event_log_at", "event_log", ["at"], schema="core")


def _now(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _xid() -> sa.Column:
    return sa.Column("xid", Xid, server_default=sa.func.pg_current_xact_id(), nullable=False)
