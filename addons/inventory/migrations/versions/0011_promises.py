"""What the database itself keeps of operations: how much of the goods in a place is reserved, and
that what was done stays as it is.
"""

from __future__ import annotations

from alembic import op

revision = "0011_promises"
down_revision = "0010_operations"

# `reserved` is the sum of the reservations of a place, kept by the statement that changes them; the
# rows are taken in one order, so that two statements never wait for each other. `since` begins
# anew when goods come into an empty place.
KEPT = """
CREATE FUNCTION inventory.keep_reserved(changes jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  change record;
BEGIN
  FOR change IN
    SELECT product_id, location_id, lot_id, sum(quantity) AS quantity
      FROM jsonb_to_recordset(changes)
        AS one (product_id bigint, location_id bigint, lot_id bigint, quantity numeric)
     GROUP BY product_id, location_id, lot_id HAVING sum(quantity) <> 0
     ORDER BY product_id, location_id, lot_id NULLS FIRST
  LOOP
    UPDATE inventory.on_hand SET reserved = reserved + change.quantity
     WHERE product_id = change.product_id AND location_id = change.location_id
       AND lot_id IS NOT DISTINCT FROM change.lot_id;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'nothing of product % was ever at location %',
        change.product_id, change.location_id
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reserved_goods';
    END IF;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION inventory.keep_reserved(jsonb) FROM PUBLIC;

CREATE FUNCTION inventory.note_reserved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  changes jsonb;
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT jsonb_agg(jsonb_build_object('product_id', product_id, 'location_id', location_id,
                     'lot_id', lot_id, 'quantity', quantity)) INTO changes FROM added;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT jsonb_agg(jsonb_build_object('product_id', product_id, 'location_id', location_id,
                     'lot_id', lot_id, 'quantity', -quantity)) INTO changes FROM gone;
  ELSE
    SELECT jsonb_agg(jsonb_build_object('product_id', product_id, 'location_id', location_id,
                     'lot_id', lot_id, 'quantity', quantity)) INTO changes
      FROM (SELECT product_id, location_id, lot_id, quantity FROM added
            UNION ALL SELECT product_id, location_id, lot_id, -quantity FROM gone) AS both_sides;
  END IF;
  IF changes IS NOT NULL THEN
    PERFORM inventory.keep_reserved(changes);
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION inventory.note_reserved() FROM PUBLIC;

CREATE TRIGGER keep_reserved_insert AFTER INSERT ON inventory.reservation
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION inventory.note_reserved();
CREATE TRIGGER keep_reserved_update AFTER UPDATE ON inventory.reservation
  REFERENCING NEW TABLE AS added OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION inventory.note_reserved();
CREATE TRIGGER keep_reserved_delete AFTER DELETE ON inventory.reservation
  REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION inventory.note_reserved();

CREATE FUNCTION inventory.begin_pile() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.since := now();
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION inventory.begin_pile() FROM PUBLIC;
CREATE TRIGGER begin_pile BEFORE UPDATE OF quantity ON inventory.on_hand
  FOR EACH ROW WHEN (OLD.quantity <= 0 AND NEW.quantity > 0)
  EXECUTE FUNCTION inventory.begin_pile()
"""

# What was done is history: its lines keep what they say, and it is never cancelled or deleted.
GUARDS = """
CREATE FUNCTION inventory.guard_transfer() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'transfer % is done and stays', OLD.number
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'done_transfer';
  END IF;
  IF (NEW.state, NEW.number, NEW.kind, NEW.done_on, NEW.from_location_id, NEW.to_location_id,
      NEW.source_type, NEW.source_id)
     IS DISTINCT FROM
     (OLD.state, OLD.number, OLD.kind, OLD.done_on, OLD.from_location_id, OLD.to_location_id,
      OLD.source_type, OLD.source_id) THEN
    RAISE EXCEPTION 'transfer % is done and does not change', OLD.number
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'done_transfer';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION inventory.guard_transfer() FROM PUBLIC;
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON inventory.transfer
  FOR EACH ROW WHEN (OLD.state = 'done') EXECUTE FUNCTION inventory.guard_transfer();

CREATE FUNCTION inventory.guard_transfer_line() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.transfer_id, NEW.product_id, NEW.quantity, NEW.moved)
     IS NOT DISTINCT FROM (OLD.transfer_id, OLD.product_id, OLD.quantity, OLD.moved) THEN
    RETURN NEW;
  END IF;
  IF EXISTS (SELECT 1 FROM inventory.transfer
              WHERE id = OLD.transfer_id AND state = 'done') THEN
    RAISE EXCEPTION 'line % belongs to a transfer that is done', OLD.id
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'done_transfer';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
REVOKE ALL ON FUNCTION inventory.guard_transfer_line() FROM PUBLIC;
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON inventory.transfer_line
  FOR EACH ROW EXECUTE FUNCTION inventory.guard_transfer_line()
"""


def upgrade() -> None:
    op.execute(KEPT)
    op.execute(GUARDS)
