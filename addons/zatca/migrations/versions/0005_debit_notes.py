"""Invoices that ask for more than another one did: debit notes, with the reason for them."""

from __future__ import annotations

from alembic import op

revision = "0005_debit_notes"
down_revision = "0004_refused"

_MARKED = "third_party OR nominal OR summary"


def upgrade() -> None:
    op.execute(f"""
ALTER TABLE zatca.special_invoice ADD COLUMN corrects_id bigint,
  ADD COLUMN reason text NOT NULL DEFAULT '',
  DROP CONSTRAINT ck_special_invoice_marked,
  ADD CONSTRAINT ck_special_invoice_marked CHECK ({_MARKED} OR corrects_id IS NOT NULL)
    NOT VALID,
  ADD CONSTRAINT ck_special_invoice_debit_note
    CHECK (corrects_id IS NULL OR reason <> '' AND corrects_id <> invoice_id) NOT VALID;
ALTER TABLE zatca.special_invoice VALIDATE CONSTRAINT ck_special_invoice_marked,
  VALIDATE CONSTRAINT ck_special_invoice_debit_note
""")


def downgrade() -> None:
    op.execute("DELETE FROM zatca.special_invoice WHERE NOT (third_party OR nominal OR summary)")
    op.execute(f"""
ALTER TABLE zatca.special_invoice DROP COLUMN corrects_id, DROP COLUMN reason,
  ADD CONSTRAINT ck_special_invoice_marked CHECK ({_MARKED})
""")
