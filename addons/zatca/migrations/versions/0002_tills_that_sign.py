"""Devices whose key a till holds, and links of their chains, which come in any order.

A till signs without a network. What it signed may come while the one before it is still on its way,
or waits for somebody to mend its sale: such a link is held against those neighbours that are there.
"""

from __future__ import annotations

from alembic import op

revision = "0002_tills_that_sign"
down_revision = "0001_zatca"

_FUNCTION = """
CREATE OR REPLACE FUNCTION zatca.guard_link() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before text;
BEGIN
  SELECT hash INTO before FROM zatca.document
   WHERE device_id = NEW.device_id AND counter = NEW.counter - 1;
  IF NEW.counter = 1 THEN
    before := encode(convert_to(encode(sha256('0'), 'hex'), 'UTF8'), 'base64');
    before := replace(before, chr(10), '');
  END IF;
OF_TILLS  IF before IS DISTINCT FROM NEW.previous_hash THEN
    RAISE EXCEPTION 'document % does not follow the one before it', NEW.counter
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'chain';
  END IF;
  RETURN NEW;
END $$
"""
_OF_TILLS = """\
  IF (SELECT held_by FROM zatca.device WHERE id = NEW.device_id) = 'till' THEN
    before := coalesce(before, NEW.previous_hash);
    IF EXISTS (SELECT 1 FROM zatca.document
                WHERE device_id = NEW.device_id AND counter = NEW.counter + 1
                  AND previous_hash <> NEW.hash) THEN
      RAISE EXCEPTION 'document % is not followed by the one after it', NEW.counter
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'chain';
    END IF;
  END IF;
"""
_SIGNING = "state NOT IN ('active', 'renewing') OR "
# few rows: a company has a handful of devices
_HELD = """ALTER TABLE zatca.device
  ADD COLUMN held_by text NOT NULL DEFAULT 'server',
  ADD COLUMN public_key bytea,
  ADD COLUMN asked jsonb,
  ADD COLUMN earlier_certificates bytea[] NOT NULL DEFAULT '{}',
  ADD CONSTRAINT ck_device_held_by CHECK (held_by IN ('server', 'till')),
  ADD CONSTRAINT ck_device_till CHECK (held_by = 'server' OR register_id IS NOT NULL AND
    key IS NULL)
"""

_AUDITED = "name, branch_id, register_id, environment, invoice_kinds, state, certificate"
_AUDIT = """
DROP TRIGGER audit_changed ON zatca.device;
CREATE TRIGGER audit_changed AFTER UPDATE OF COLUMNS
  ON zatca.device FOR EACH ROW EXECUTE FUNCTION core.audit_row(
    'key', 'compliance_token', 'compliance_secret', 'production_token', 'production_secret')
"""


def upgrade() -> None:
    op.execute(_HELD)
    _replace_signing(
        "certificate IS NOT NULL AND active_since IS NOT NULL"
        " AND (key IS NOT NULL OR held_by = 'till' AND public_key IS NOT NULL)"
    )
    op.execute(_FUNCTION.replace("OF_TILLS", _OF_TILLS))
    op.execute(_AUDIT.replace("COLUMNS", f"{_AUDITED}, held_by, public_key"))


def downgrade() -> None:
    op.execute(_AUDIT.replace("COLUMNS", _AUDITED))
    op.execute(_FUNCTION.replace("OF_TILLS", ""))
    _replace_signing("key IS NOT NULL AND certificate IS NOT NULL AND active_since IS NOT NULL")
    op.execute("ALTER TABLE zatca.device DROP CONSTRAINT ck_device_till")
    for column in ("held_by", "public_key", "asked", "earlier_certificates"):
        op.execute(f"ALTER TABLE zatca.device DROP COLUMN {column}")


def _replace_signing(complete: str) -> None:
    op.execute("ALTER TABLE zatca.device DROP CONSTRAINT ck_device_signing")
    op.execute(
        f"ALTER TABLE zatca.device ADD CONSTRAINT ck_device_signing CHECK ({_SIGNING}{complete})"
    )
