"""The tables of the shop."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_shop"
down_revision = None

STATUS = postgresql.ENUM(
    "draft", "confirmed", "cancelled", name="status", schema="shop", create_type=False
)


def upgrade() -> None:
    STATUS.create(op.get_bind())
    _table(
        "customer",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("city", sa.String(40)),
        sa.Column("kind", sa.Text, server_default="person", nullable=False),
        sa.Column("credit", sa.Numeric(12, 2)),
        sa.Column("active", sa.Boolean, server_default="true", nullable=False),
        sa.Column("since", sa.Date),
        sa.Column("opens_at", sa.Time),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.Column("visits", sa.BigInteger, server_default="0", nullable=False),
        sa.Column("note", sa.Text, server_default="", nullable=False),
        sa.Column("portal_password", sa.Text),
        sa.UniqueConstraint("name", name="uq_customer_name"),
    )
    _table(
        "product",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("price", sa.Numeric, nullable=False),
        sa.UniqueConstraint("code", name="uq_product_code"),
    )
    _table(
        "customer_order",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("customer_id", sa.BigInteger, sa.ForeignKey("shop.customer.id"), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("status", STATUS, server_default="draft", nullable=False),
        sa.Column("currency", sa.Text, server_default="SAR", nullable=False),
        sa.Column("total", sa.Numeric, server_default="0", nullable=False),
        sa.Column("remark", sa.Text),
        sa.Column("seller_id", sa.BigInteger, sa.ForeignKey("core.user_account.id")),
        sa.Column("team_id", sa.BigInteger, sa.ForeignKey("core.team.id")),
        sa.Column("branch_id", sa.BigInteger, sa.ForeignKey("core.branch.id")),
        sa.UniqueConstraint("number", name="uq_customer_order_number"),
    )
    op.create_index(
        "ix_customer_order_customer_id", "customer_order", ["customer_id"], schema="shop"
    )
    _table(
        "order_line",
        sa.Column(
            "order_id",
            sa.BigInteger,
            sa.ForeignKey("shop.customer_order.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("product_id", sa.BigInteger, sa.ForeignKey("shop.product.id"), nullable=False),
        sa.Column("description", sa.Text, server_default="", nullable=False),
        sa.Column("quantity", sa.Numeric, server_default="1", nullable=False),
        sa.Column("price", sa.Numeric, nullable=False),
    )
    op.create_index("ix_order_line_order_id", "order_line", ["order_id"], schema="shop")


def _table(name: str, *columns: sa.schema.SchemaItem) -> None:
    now = {"server_default": sa.func.now(), "nullable": False}
    op.create_table(
        name,
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        *columns,
        sa.Column("version", sa.BigInteger, server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), **now),
        sa.Column("updated_at", sa.DateTime(timezone=True), **now),
        schema="shop",
    )
