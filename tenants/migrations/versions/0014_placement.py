"""How much a database server may hold and how it fares, and organizations on their way from one
server to another."""

from __future__ import annotations

from alembic import op

revision = "0014_placement"
down_revision = "0013_guests"

SERVERS = """
ALTER TABLE tenants.database_server
  ADD COLUMN capacity bigint,
  ADD CONSTRAINT ck_database_server_capacity CHECK (capacity >= 0),
  DROP CONSTRAINT ck_database_server_status,
  ADD CONSTRAINT ck_database_server_status CHECK (status IN ('active', 'closed', 'draining'));
ALTER TABLE tenants.backup_restore ADD COLUMN server_id bigint,
  ADD CONSTRAINT fk_backup_restore_server_id FOREIGN KEY (server_id)
    REFERENCES tenants.database_server (id);
CREATE INDEX ix_backup_restore_server_id ON tenants.backup_restore (server_id);
CREATE TABLE tenants.server_health (
  server_id bigint NOT NULL,
  checked_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz,
  problem text NOT NULL DEFAULT '',
  problem_since timestamptz,
  postgresql text NOT NULL DEFAULT '',
  connections bigint NOT NULL DEFAULT 0,
  max_connections bigint NOT NULL DEFAULT 0,
  free_disk bigint,
  sends_changes boolean NOT NULL DEFAULT false,
  takes_changes boolean NOT NULL DEFAULT false,
  companies bigint NOT NULL DEFAULT 0,
  CONSTRAINT pk_server_health PRIMARY KEY (server_id),
  CONSTRAINT fk_server_health_server_id FOREIGN KEY (server_id)
    REFERENCES tenants.database_server (id) ON DELETE CASCADE
)
"""
MOVES = """
ALTER TABLE tenants.organization ADD COLUMN held_until timestamptz;
CREATE TABLE tenants.move (
  id text NOT NULL,
  organization_id text NOT NULL,
  from_server_id bigint NOT NULL,
  to_server_id bigint NOT NULL,
  method text NOT NULL,
  phase text NOT NULL DEFAULT 'waiting',
  fraction double precision NOT NULL DEFAULT 0,
  note text NOT NULL DEFAULT '',
  problem text NOT NULL DEFAULT '',
  cancel_asked boolean NOT NULL DEFAULT false,
  asked_by text NOT NULL DEFAULT '',
  size bigint NOT NULL DEFAULT 0,
  rows bigint NOT NULL DEFAULT 0,
  readonly_seconds double precision,
  findings jsonb NOT NULL DEFAULT '{}',
  begun_at timestamptz NOT NULL DEFAULT now(),
  switched_at timestamptz,
  ended_at timestamptz,
  keep_until timestamptz,
  CONSTRAINT pk_move PRIMARY KEY (id),
  CONSTRAINT ck_move_method CHECK (method IN ('replication', 'dump')),
  CONSTRAINT ck_move_phase CHECK (phase IN ('waiting', 'copying', 'following', 'switching',
    'switched', 'kept', 'done', 'failed', 'cancelled')),
  CONSTRAINT ck_move_other_server CHECK (from_server_id <> to_server_id),
  CONSTRAINT fk_move_organization_id FOREIGN KEY (organization_id)
    REFERENCES tenants.organization (id) ON DELETE CASCADE,
  CONSTRAINT fk_move_from_server_id FOREIGN KEY (from_server_id)
    REFERENCES tenants.database_server (id),
  CONSTRAINT fk_move_to_server_id FOREIGN KEY (to_server_id)
    REFERENCES tenants.database_server (id)
);
CREATE UNIQUE INDEX ix_move_under_way ON tenants.move (organization_id)
  WHERE phase IN ('waiting', 'copying', 'following', 'switching', 'switched');
CREATE INDEX ix_move_organization_id ON tenants.move (organization_id);
CREATE INDEX ix_move_from_server_id ON tenants.move (from_server_id);
CREATE INDEX ix_move_to_server_id ON tenants.move (to_server_id)
"""


def upgrade() -> None:
    """Add what is known of servers, and the tables of their health and of moves."""
    op.execute(SERVERS)
    op.execute(MOVES)


def downgrade() -> None:
    """Forget it."""
    op.execute("DROP TABLE tenants.move")
    op.execute("ALTER TABLE tenants.organization DROP COLUMN held_until")
    op.execute("DROP TABLE tenants.server_health")
    op.execute("ALTER TABLE tenants.backup_restore DROP COLUMN server_id")
    op.execute("UPDATE tenants.database_server SET status = 'closed' WHERE status = 'draining'")
    op.execute(
        "ALTER TABLE tenants.database_server DROP COLUMN capacity,"
        " DROP CONSTRAINT ck_database_server_status,"
        " ADD CONSTRAINT ck_database_server_status CHECK (status IN ('active', 'closed'))"
    )
