"""Points, promotions and coupons that were used at a till: by a receipt instead of a document.

What a till gave has happened, perhaps without a network. A use beyond a limit is kept and marked
so; whoever comes next meets the limit all the same.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015_at_tills"
down_revision = "0014_tills"

_PAID = "kind IN ('redeem', 'restore')"
_BY_RECEIPT = sa.text("receipt <> ''")
_GUARD = """
CREATE OR REPLACE FUNCTION sales.guard_promotion_use() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  promotion sales.promotion;
  batch sales.coupon_batch;
BEGIN
{beyond}  SELECT * INTO promotion FROM sales.promotion WHERE id = NEW.promotion_id;
  IF promotion.max_uses IS NOT NULL OR promotion.max_uses_per_customer IS NOT NULL THEN
    PERFORM 1 FROM sales.promotion WHERE id = NEW.promotion_id FOR NO KEY UPDATE;
    IF promotion.max_uses <= (SELECT count(*) FROM sales.promotion_use
        WHERE promotion_id = NEW.promotion_id AND NOT given_back)
    OR promotion.max_uses_per_customer <= (SELECT count(*) FROM sales.promotion_use
        WHERE promotion_id = NEW.promotion_id AND contact_id = NEW.contact_id
          AND NOT given_back) THEN
      RAISE EXCEPTION 'promotion % is used up', promotion.name
        USING ERRCODE = 'check_violation', CONSTRAINT = 'promotion_used_up';
    END IF;
  END IF;
  IF NEW.coupon_id IS NULL THEN
    RETURN NEW;
  END IF;
  PERFORM 1 FROM sales.coupon WHERE id = NEW.coupon_id FOR NO KEY UPDATE;
  SELECT held.* INTO batch FROM sales.coupon_batch AS held
    JOIN sales.coupon ON coupon.batch_id = held.id WHERE coupon.id = NEW.coupon_id;
  IF (CASE batch.kind WHEN 'single' THEN 1 ELSE batch.max_uses END) <= (
      SELECT count(*) FROM sales.promotion_use
       WHERE coupon_id = NEW.coupon_id AND NOT given_back)
  OR batch.max_uses_per_customer <= (
      SELECT count(*) FROM sales.promotion_use AS used
        JOIN sales.coupon ON coupon.id = used.coupon_id
       WHERE coupon.batch_id = batch.id AND used.contact_id = NEW.contact_id
         AND NOT used.given_back) THEN
    RAISE EXCEPTION 'coupon % is used up', NEW.coupon_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'coupon_used_up';
  END IF;
  RETURN NEW;
END $$
"""
_BEYOND = """  IF NEW.beyond THEN
    RETURN NEW;
  END IF;
"""


def upgrade() -> None:
    _points()
    op.add_column("promotion_use", _receipt(), schema="sales")
    op.add_column(
        "promotion_use",
        sa.Column("beyond", sa.Boolean, nullable=False, server_default=sa.false()),
        schema="sales",
    )
    op.execute("ALTER TABLE sales.promotion_use ALTER COLUMN contact_id DROP NOT NULL")
    _check(
        "promotion_use",
        "document",
        "num_nonnulls(order_id, invoice_id, nullif(receipt, '')) = 1"
        " AND (receipt <> '' OR (contact_id IS NOT NULL AND NOT beyond))",
    )
    op.create_index(
        "uq_promotion_use_receipt",
        "promotion_use",
        ["receipt", "promotion_id"],
        unique=True,
        schema="sales",
        postgresql_where=_BY_RECEIPT,
    )
    op.execute(_GUARD.format(beyond=_BEYOND))


def _points() -> None:
    op.add_column("loyalty_move", _receipt(), schema="sales")
    _check(
        "loyalty_move",
        "payment",
        f"CASE WHEN {_PAID} THEN num_nonnulls(payment_id, nullif(receipt, '')) = 1"
        " ELSE payment_id IS NULL END",
    )
    op.create_index(
        "ix_loyalty_move_receipt",
        "loyalty_move",
        ["receipt"],
        schema="sales",
        postgresql_where=_BY_RECEIPT,
    )
    # However often a receipt is told, it earns once in a programme.
    op.create_index(
        "uq_loyalty_move_earned",
        "loyalty_move",
        ["account_id", "receipt"],
        unique=True,
        schema="sales",
        postgresql_where=sa.text("kind = 'earn' AND receipt <> ''"),
    )


def downgrade() -> None:
    op.execute(_GUARD.format(beyond=""))
    op.drop_index("uq_promotion_use_receipt", "promotion_use", schema="sales")
    _check("promotion_use", "document", "num_nonnulls(order_id, invoice_id) = 1")
    op.execute("ALTER TABLE sales.promotion_use ALTER COLUMN contact_id SET NOT NULL")
    op.drop_column("promotion_use", "beyond", schema="sales")
    op.drop_column("promotion_use", "receipt", schema="sales")
    op.drop_index("uq_loyalty_move_earned", "loyalty_move", schema="sales")
    op.drop_index("ix_loyalty_move_receipt", "loyalty_move", schema="sales")
    _check("loyalty_move", "payment", f"({_PAID}) = (payment_id IS NOT NULL)")
    op.drop_column("loyalty_move", "receipt", schema="sales")


def _receipt() -> sa.Column[str]:
    return sa.Column("receipt", sa.Text, nullable=False, server_default="")


def _check(table: str, name: str, condition: str) -> None:
    op.execute(f"ALTER TABLE sales.{table} DROP CONSTRAINT ck_{table}_{name}")
    op.execute(f"ALTER TABLE sales.{table} ADD CONSTRAINT ck_{table}_{name} CHECK ({condition})")
