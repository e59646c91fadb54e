"""Conversations about records, which go with them; and by which door a change came."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009_conversation"
down_revision = "0008_drafts"

SCHEMA = "core"

AUDIT_ROW = """
CREATE OR REPLACE FUNCTION core.audit_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  secret text[] := TG_ARGV::text[];
  before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) ELSE '{}' END;
  after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) ELSE '{}' END;
  tabled text := TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME;
  record text := coalesce(after ->> 'id', before ->> 'id', '');
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
    (table_name, record_id, operation, changes, actor, actor_id, request_id, door, db_role)
  VALUES (
    tabled,
    record,
    lower(TG_OP),
    coalesce(changed, '{}'),
    coalesce(nullif(current_setting('aorabooks.actor', true), ''), 'unattributed'),
    nullif(current_setting('aorabooks.actor_id', true), '')::bigint,
    coalesce(current_setting('aorabooks.request_id', true), ''),
    coalesce(current_setting('aorabooks.door', true), ''),
    session_user);
  IF TG_OP = 'DELETE' AND record <> '' THEN
    DELETE FROM core.conversation WHERE table_name = tabled AND record_id = record;
  END IF;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Create the tables, and let the audit trail know of them."""
    op.add_column(
        "audit_log",
        sa.Column("door", sa.Text(), server_default=sa.text("''"), nullable=False),
        schema=SCHEMA,
    )
    _record(
        "conversation",
        _text("table_name"),
        _text("record_id"),
        sa.UniqueConstraint(
            "table_name", "record_id", name=op.f("uq_conversation_table_name_record_id")
        ),
    )
    _said()
    _heard()
    _activity()
    _attachment()
    op.execute(AUDIT_ROW)


def _said() -> None:
    _record(
        "conversation_entry",
        _reference("conversation_id", "conversation", cascade=True),
        _text("kind"),
        _reference("author_id", "user_account", nullable=True),
        _text("author"),
        _text("body", server_default=""),
        _details(),
        _moment("edited_at", nullable=True),
        _among("conversation_entry", "kind", "note", "mail", "done", "attached", "removed"),
    )
    _index("conversation_entry", "conversation_id", "id")


def _heard() -> None:
    _record(
        "conversation_follower",
        _reference("conversation_id", "conversation", cascade=True),
        _reference("user_id", "user_account", cascade=True),
        sa.Column("follows", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.UniqueConstraint(
            "conversation_id",
            "user_id",
            name=op.f("uq_conversation_follower_conversation_id_user_id"),
        ),
    )
    _index("conversation_follower", "user_id")
    table = "conversation_notice"
    _record(
        table,
        _reference("user_id", "user_account", cascade=True),
        _reference("conversation_id", "conversation", cascade=True),
        _text("resource"),
        _text("kind"),
        _text("actor", server_default=""),
        _reference("entry_id", "conversation_entry", nullable=True, cascade=True),
        _details(),
        _moment("read_at", nullable=True),
        _among(table, "kind", "mention", "note", "assigned", "state", "due", "mail"),
    )
    _index(table, "user_id", "id")
    _index(table, "conversation_id")
    _index(table, "entry_id")
    op.create_index(
        "ix_conversation_notice_unread",
        table,
        ["user_id"],
        schema=SCHEMA,
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "notice_preference",
        _reference("id", "user_account", cascade=True),
        _text("mail"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_preference")),
        _among("notice_preference", "mail", "never", "personal", "all"),
        schema=SCHEMA,
    )


def _activity() -> None:
    _record(
        "activity",
        _reference("conversation_id", "conversation", cascade=True),
        _text("resource"),
        _text("kind"),
        _text("summary"),
        sa.Column("due_on", sa.Date(), nullable=False),
        _reference("assignee_id", "user_account"),
        _reference("creator_id", "user_account", nullable=True),
        _moment("done_at", nullable=True),
        _text("done_by", server_default=""),
        _text("feedback", server_default=""),
        _among("activity", "kind", "todo", "call", "meeting", "mail", "document"),
    )
    _index("activity", "conversation_id")
    for name, columns in (
        ("ix_activity_open_assignee", ["assignee_id", "due_on"]),
        ("ix_activity_open_due", ["due_on"]),
    ):
        op.create_index(
            name,
            "activity",
            columns,
            schema=SCHEMA,
            postgresql_where=sa.text("done_at IS NULL"),
        )


def _attachment() -> None:
    op.create_table(
        "attached_file",
        _text("digest"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        _moment("let_go_at", nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_attached_file")),
        schema=SCHEMA,
    )
    _record(
        "attachment",
        _reference("conversation_id", "conversation", cascade=True),
        _text("name"),
        sa.Column(
            "digest",
            sa.Text(),
            sa.ForeignKey("core.attached_file.digest", name=op.f("fk_attachment_digest")),
            nullable=False,
        ),
        sa.Column("size", sa.BigInteger(), nullable=False),
        _text("media_type"),
        _text("state"),
        _text("verdict", server_default=""),
        _reference("added_by_id", "user_account", nullable=True),
        _text("added_by"),
        _among("attachment", "state", "waiting", "ready", "quarantined"),
    )
    _index("attachment", "conversation_id")
    _index("attachment", "digest")


# --- the columns and keys that the tables share ------------------------------------------


def _record(table: str, *items: Any) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        _moment("created_at", server_default=sa.func.now()),
        _moment("updated_at", server_default=sa.func.now()),
        *items,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        schema=SCHEMA,
    )


def _text(name: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, **options)


def _moment(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, **options)


def _details() -> sa.Column[Any]:
    return sa.Column("details", JSONB(), server_default=sa.text("'{}'"), nullable=False)


def _reference(
    name: str, table: str, *, nullable: bool = False, cascade: bool = False
) -> sa.Column[int]:
    # Named by SQLAlchemy's convention, which knows the table that the column ends up in.
    key = sa.ForeignKey(f"core.{table}.id", ondelete="CASCADE" if cascade else None)
    return sa.Column(name, sa.BigInteger(), key, nullable=nullable)


def _among(table: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))


def _index(table: str, *columns: str) -> None:
    name = f"ix_{table}_{'_'.join(columns)}"
    op.create_index(op.f(name), table, list(columns), schema=SCHEMA)
