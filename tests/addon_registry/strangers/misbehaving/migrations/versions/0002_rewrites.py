"""Everything that keeps people waiting while it runs, in the calls of Alembic and in SQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_rewrites"
down_revision = "0001_tables"

WHERE = {"schema": "misbehaving"}


def upgrade() -> None:
    token = sa.Column("token", sa.Uuid, server_default=sa.text("gen_random_uuid()"))
    op.add_column("visit", token, **WHERE)
    op.add_column("visit", sa.Column("reason", sa.Text, nullable=False), **WHERE)
    op.add_column("visit", sa.Column("place_id", sa.BigInteger), **WHERE)
    op.alter_column("visit", "amount", type_=sa.Numeric, **WHERE)
    op.alter_column("visit", "who", nullable=False, **WHERE)
    op.create_index("ix_visit_who", "visit", ["who"], **WHERE)
    op.create_unique_constraint("uq_visit_token", "visit", ["token"], **WHERE)
    op.create_check_constraint("ck_visit_amount", "visit", "amount > 0", **WHERE)
    op.create_foreign_key(
        "fk_visit_place_id",
        "visit",
        "place",
        ["place_id"],
        ["id"],
        source_schema="misbehaving",
        referent_schema="misbehaving",
    )
    op.alter_column("visit", "who", new_column_name="visitor", **WHERE)
    op.drop_column("visit", "amount", **WHERE)
    op.execute("UPDATE misbehaving.visit SET reason = 'unknown'")
    op.execute(
        """
        ALTER TABLE misbehaving.visit ADD COLUMN seen timestamptz DEFAULT clock_timestamp();
        ALTER TABLE misbehaving.visit ALTER COLUMN id TYPE text;
        ALTER TABLE misbehaving.visit ALTER COLUMN place_id SET NOT NULL;
        CREATE INDEX ix_visit_place_id ON misbehaving.visit (place_id);
        CLUSTER misbehaving.visit USING ix_visit_place_id;
        ALTER TABLE misbehaving.place RENAME TO location;
        """
    )
