"""Invoices that their buyer made out for the company."""

from __future__ import annotations

from alembic import op

revision = "0006_self_billed"
down_revision = "0005_debit_notes"

_MARKED = "third_party OR nominal OR summary OR corrects_id IS NOT NULL"


def upgrade() -> None:
    op.execute(f"""
ALTER TABLE zatca.special_invoice ADD COLUMN self_billed boolean NOT NULL DEFAULT false,
  DROP CONSTRAINT ck_special_invoice_marked,
  ADD CONSTRAINT ck_special_invoice_marked CHECK (self_billed OR {_MARKED}) NOT VALID;
ALTER TABLE zatca.special_invoice VALIDATE CONSTRAINT ck_special_invoice_marked
""")


def downgrade() -> None:
    op.execute(
        "DELETE FROM zatca.special_invoice"
        " WHERE NOT (third_party OR nominal OR summary OR corrects_id IS NOT NULL)"
    )
    op.execute(f"""
ALTER TABLE zatca.special_invoice DROP COLUMN self_billed,
  ADD CONSTRAINT ck_special_invoice_marked CHECK ({_MARKED})
""")
