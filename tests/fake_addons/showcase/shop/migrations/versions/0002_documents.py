"""Lines that keep their order, and orders that follow an earlier one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_documents"
down_revision = "0001_shop"


def upgrade() -> None:
    """Add the columns."""
    place = sa.Column("position", sa.BigInteger, server_default="0", nullable=False)
    op.add_column("order_line", place, schema="shop")
    earlier = sa.ForeignKey("shop.customer_order.id", ondelete="SET NULL")
    op.add_column("customer_order", sa.Column("follows_id", sa.BigInteger, earlier), schema="shop")
    op.create_index("ix_customer_order_follows_id", "customer_order", ["follows_id"], schema="shop")
