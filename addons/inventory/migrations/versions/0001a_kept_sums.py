"""What is kept from the ledger of stock, and that nobody changes it.

Triggers keep the balances, the pools of costs and the sums by month in the statement that adds,
with their owner's rights: the application can read these and write none of them.
"""

from __future__ import annotations

from alembic import op

revision = "0001a_kept_sums"
down_revision = "0001_ledger"

# Balances are taken in one order by everybody, so that two who move the same goods never wait
# for each other in a circle.
KEEP_BALANCES = """
CREATE FUNCTION inventory.keep_balances() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO inventory.on_hand AS kept (product_id, location_id, lot_id, quantity)
    SELECT went.product_id, went.location_id, went.lot_id, sum(went.quantity)
      FROM (SELECT product_id, from_id AS location_id, lot_id, - quantity AS quantity FROM added
            UNION ALL
            SELECT product_id, to_id, lot_id, quantity FROM added) AS went
      JOIN inventory.location AS place
        ON place.id = went.location_id AND place.kind IN ('internal', 'transit')
     GROUP BY went.product_id, went.location_id, went.lot_id
     ORDER BY went.product_id, went.location_id, went.lot_id
    ON CONFLICT (product_id, location_id, lot_id)
      DO UPDATE SET quantity = kept.quantity + excluded.quantity;
  RETURN NULL;
END $$;
CREATE TRIGGER keep_balances AFTER INSERT ON inventory.move
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION inventory.keep_balances();
REVOKE ALL ON FUNCTION inventory.keep_balances() FROM PUBLIC
"""

KEEP_VALUES = """
CREATE FUNCTION inventory.keep_values() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  bad record;
BEGIN
  SELECT valuation_id, sum(amount) AS total INTO bad
    FROM added GROUP BY valuation_id HAVING sum(amount) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'valuation % does not balance: its lines differ by %',
      bad.valuation_id, bad.total
      USING ERRCODE = 'check_violation', CONSTRAINT = 'valuation_balances';
  END IF;
  UPDATE inventory.cost_pool AS pool
     SET quantity = pool.quantity + went.quantity, value = pool.value + went.amount,
         last_day = greatest(pool.last_day, went.day)
    FROM (SELECT pool_id, sum(quantity) AS quantity, sum(amount) AS amount, max(day) AS day
            FROM added WHERE role = 'stock' GROUP BY pool_id) AS went
   WHERE pool.id = went.pool_id;
  UPDATE inventory.cost_event AS event
     SET value = event.value + went.amount
    FROM (SELECT cost_event_id, sum(amount) AS amount
            FROM added WHERE role = 'stock' GROUP BY cost_event_id) AS went
   WHERE event.id = went.cost_event_id;
  INSERT INTO inventory.month_value AS kept (product_id, month, category_id, quantity, value)
    SELECT product_id, date_trunc('month', day)::date, coalesce(category_id, 0), sum(quantity),
           sum(amount)
      FROM added WHERE role = 'stock'
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (product_id, month, category_id)
      DO UPDATE SET quantity = kept.quantity + excluded.quantity,
                    value = kept.value + excluded.value;
  RETURN NULL;
END $$;
CREATE TRIGGER keep_values AFTER INSERT ON inventory.value_line
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION inventory.keep_values();
REVOKE ALL ON FUNCTION inventory.keep_values() FROM PUBLIC
"""

KEEP_LAYERS = """
CREATE FUNCTION inventory.keep_layers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE inventory.cost_event AS layer
     SET left_quantity = layer.left_quantity + used.quantity,
         left_value = layer.left_value + used.value
    FROM (SELECT layer_id, sum(quantity) AS quantity, sum(value) AS value
            FROM added GROUP BY layer_id) AS used
   WHERE layer.id = used.layer_id;
  RETURN NULL;
END $$;
CREATE TRIGGER keep_layers AFTER INSERT ON inventory.layer_use
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION inventory.keep_layers();
REVOKE ALL ON FUNCTION inventory.keep_layers() FROM PUBLIC
"""

# A trigger that keeps sums is one level above: only from there may sums be written.
GUARDS = """
CREATE FUNCTION inventory.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'cost_event' AND pg_trigger_depth() > 1 THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'rows of inventory.% are never changed: add one that takes it back',
    TG_TABLE_NAME USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ledger_is_kept';
END $$;
CREATE FUNCTION inventory.guard_pool() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF pg_trigger_depth() > 1 THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR TG_OP = 'INSERT' AND (NEW.quantity <> 0 OR NEW.value <> 0)
     OR TG_OP = 'UPDATE' AND (NEW.quantity, NEW.value, NEW.product_id, NEW.lot_id)
        IS DISTINCT FROM (OLD.quantity, OLD.value, OLD.product_id, OLD.lot_id) THEN
    RAISE EXCEPTION 'what pool % holds is kept from its value lines', coalesce(NEW.id, OLD.id)
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'pool_is_kept';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION inventory.guard_location() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM inventory.on_hand WHERE location_id = OLD.id)
     OR EXISTS (SELECT 1 FROM inventory.move WHERE OLD.id IN (from_id, to_id)) THEN
    RAISE EXCEPTION 'location % has moves, and keeps its kind', OLD.path
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'location_keeps_kind';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION inventory.refuse_change(), inventory.guard_pool(),
  inventory.guard_location() FROM PUBLIC;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON inventory.cost_pool
  FOR EACH ROW EXECUTE FUNCTION inventory.guard_pool();
CREATE TRIGGER guard_kind BEFORE UPDATE OF kind ON inventory.location
  FOR EACH ROW WHEN (NEW.kind IS DISTINCT FROM OLD.kind)
  EXECUTE FUNCTION inventory.guard_location()
"""
ADDED_ONLY = ("valuation", "move", "value_line", "cost_event", "layer_use")


def upgrade() -> None:
    for statements in (KEEP_BALANCES, KEEP_VALUES, KEEP_LAYERS, GUARDS):
        op.execute(statements)
    for table in ADDED_ONLY:
        op.execute(f"""
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON inventory.{table}
  FOR EACH ROW EXECUTE FUNCTION inventory.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON inventory.{table}
  FOR EACH STATEMENT EXECUTE FUNCTION inventory.refuse_change()
""")
