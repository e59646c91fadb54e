"""One table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_raises_when_enabled"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "thing", sa.Column("id", sa.BigInteger, primary_key=True), schema="raises_when_enabled"
    )
