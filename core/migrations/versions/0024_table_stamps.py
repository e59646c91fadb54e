"""Stamps of the tables that hardly ever change, so that what was read of them can be kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024_table_stamps"
down_revision = "0023_btree_gist"

# Runs with its owner's rights: the runtime role may read the stamps and nothing else.
# Whoever changes the table at the same time is not waited for: their stamp stays beside ours.
STAMP_TABLE = """
CREATE FUNCTION core.stamp_table() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  changed text := TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME;
  stamped text := coalesce(current_setting('aorabooks.stamped', true), '');
  own uuid;
BEGIN
  RAISE NOTICE USING ERRCODE = 'AB001', MESSAGE = changed;
  IF strpos(stamped, ' ' || changed || ' ') = 0 THEN
    INSERT INTO core.table_stamp (table_name) VALUES (changed) RETURNING stamp INTO own;
    DELETE FROM core.table_stamp AS known
     USING (SELECT stamp FROM core.table_stamp
             WHERE table_name = changed AND stamp <> own FOR UPDATE SKIP LOCKED) AS seen
     WHERE known.table_name = changed AND known.stamp = seen.stamp;
    PERFORM set_config('aorabooks.stamped', stamped || ' ' || changed || ' ', true);
  END IF;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Create the table and the function; the triggers come with the tables' own addons."""
    op.create_table(
        "table_stamp",
        sa.Column("table_name", sa.Text, nullable=False),
        sa.Column("stamp", sa.Uuid, server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "stamp", name="pk_table_stamp"),
        schema="core",
    )
    op.execute(STAMP_TABLE)
    op.execute("REVOKE ALL ON FUNCTION core.stamp_table() FROM PUBLIC")
