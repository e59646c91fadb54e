"""Receipt printers that the server reaches for a till."""

from __future__ import annotations

from alembic import op

revision = "0005_printers"
down_revision = "0004_binding_again"


def upgrade() -> None:
    op.execute("ALTER TABLE pos.register ADD COLUMN printer text NOT NULL DEFAULT ''")


def downgrade() -> None:
    op.execute("ALTER TABLE pos.register DROP COLUMN printer")
