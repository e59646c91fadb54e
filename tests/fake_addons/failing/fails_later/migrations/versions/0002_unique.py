"""One jar a label; fails where two jars bear the same."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_unique"
down_revision = "0001_jars"


def upgrade() -> None:
    op.add_column("jar", sa.Column("half_done", sa.Text), schema="fails_later")
    op.create_unique_constraint("uq_jar_label", "jar", ["label"], schema="fails_later")
