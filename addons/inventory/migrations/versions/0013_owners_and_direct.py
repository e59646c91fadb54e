"""Goods that are not the company's pass through it: suppliers' goods that lie in its warehouses,
and goods that go from a supplier to a customer. And its own goods lie with others."""

from __future__ import annotations

from alembic import op

revision = "0013_owners_and_direct"
down_revision = "0012_opening_once"

PLACES = """
ALTER TABLE inventory.warehouse ADD COLUMN contact_id bigint,
  ADD CONSTRAINT fk_warehouse_contact_id FOREIGN KEY (contact_id) REFERENCES contacts.contact (id);
CREATE INDEX ix_warehouse_contact_id ON inventory.warehouse (contact_id);
ALTER TABLE inventory.location ADD COLUMN contact_id bigint,
  ADD CONSTRAINT fk_location_contact_id FOREIGN KEY (contact_id) REFERENCES contacts.contact (id),
  DROP CONSTRAINT ck_location_kind,
  ADD CONSTRAINT ck_location_kind CHECK (kind IN
    ('internal', 'view', 'transit', 'consigned', 'supplier', 'customer', 'loss', 'consumption')),
  ADD CONSTRAINT ck_location_owner CHECK ((kind = 'consigned') = (contact_id IS NOT NULL));
CREATE INDEX ix_location_contact_id ON inventory.location (contact_id)
  WHERE contact_id IS NOT NULL;
CREATE FUNCTION inventory.guard_owner() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM inventory.move WHERE OLD.id IN (from_id, to_id))
     AND NOT EXISTS (SELECT 1 FROM contacts.contact
                      WHERE id = OLD.contact_id AND merged_into_id = NEW.contact_id) THEN
    RAISE EXCEPTION 'goods of its owner were moved at location %', OLD.path
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'location_keeps_owner';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION inventory.guard_owner() FROM PUBLIC;
CREATE TRIGGER guard_owner BEFORE UPDATE OF contact_id ON inventory.location
  FOR EACH ROW WHEN (NEW.contact_id IS DISTINCT FROM OLD.contact_id)
  EXECUTE FUNCTION inventory.guard_owner()
"""

# What lies in a consigned place is counted there, and worth nothing to the company.
BALANCES = """
CREATE OR REPLACE FUNCTION inventory.keep_balances() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO inventory.on_hand AS kept (product_id, location_id, lot_id, quantity)
    SELECT went.product_id, went.location_id, went.lot_id, sum(went.quantity)
      FROM (SELECT product_id, from_id AS location_id, lot_id, - quantity AS quantity FROM added
            UNION ALL
            SELECT product_id, to_id, lot_id, quantity FROM added) AS went
      JOIN inventory.location AS place
        ON place.id = went.location_id AND place.kind IN ({kinds})
     GROUP BY went.product_id, went.location_id, went.lot_id
     ORDER BY went.product_id, went.location_id, went.lot_id
    ON CONFLICT (product_id, location_id, lot_id)
      DO UPDATE SET quantity = kept.quantity + excluded.quantity;
  RETURN NULL;
END $$
"""

COSTS = """
ALTER TABLE inventory.cost_event ADD COLUMN gone_as text NOT NULL DEFAULT '',
  DROP CONSTRAINT ck_cost_event_kind,
  ADD CONSTRAINT ck_cost_event_kind CHECK (kind IN
    ('in', 'out', 'direct', 'direct_back', 'adjust', 'revalue', 'price', 'method')),
  DROP CONSTRAINT ck_cost_event_move,
  ADD CONSTRAINT ck_cost_event_move CHECK
    ((kind IN ('in', 'out', 'direct', 'direct_back')) = (move_id IS NOT NULL)),
  ADD CONSTRAINT ck_cost_event_direct CHECK
    ((kind IN ('direct', 'direct_back')) = (gone_as <> '')
     AND (gone_as = '' OR quantity = 0 AND amount >= 0 AND role <> ''))
"""

TRANSFERS = """
ALTER TABLE inventory.transfer
  DROP CONSTRAINT ck_transfer_kind,
  ADD CONSTRAINT ck_transfer_kind CHECK (kind IN ('receipt', 'check', 'store', 'pick', 'pack',
    'delivery', 'internal', 'send', 'arrive', 'customer_return', 'supplier_return', 'scrap',
    'consume', 'direct', 'direct_return')),
  ADD COLUMN for_type text NOT NULL DEFAULT '',
  ADD COLUMN for_id bigint,
  ADD COLUMN for_number text NOT NULL DEFAULT '',
  ADD COLUMN for_contact_id bigint,
  ADD CONSTRAINT fk_transfer_for_contact_id
    FOREIGN KEY (for_contact_id) REFERENCES contacts.contact (id),
  ADD CONSTRAINT ck_transfer_direct CHECK
    (kind NOT IN ('direct', 'direct_return') OR way IN ('receipt', 'supplier_return'));
ALTER TABLE inventory.transfer_line ADD COLUMN for_line_id bigint;
CREATE INDEX ix_transfer_for_contact_id ON inventory.transfer (for_contact_id);
CREATE INDEX ix_transfer_for ON inventory.transfer (for_type, for_id) WHERE for_id IS NOT NULL
"""

# Each use of consigned goods is bought by one line of an order, once.
USES = """
CREATE TABLE inventory.consigned_purchase (
  move_id bigint NOT NULL,
  order_id bigint NOT NULL,
  order_line_id bigint NOT NULL,
  CONSTRAINT pk_consigned_purchase PRIMARY KEY (move_id),
  CONSTRAINT fk_consigned_purchase_move_id FOREIGN KEY (move_id) REFERENCES inventory.move (id)
);
CREATE INDEX ix_consigned_purchase_order
  ON inventory.consigned_purchase (order_id, order_line_id);
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON inventory.consigned_purchase
  FOR EACH ROW EXECUTE FUNCTION inventory.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON inventory.consigned_purchase
  FOR EACH STATEMENT EXECUTE FUNCTION inventory.refuse_change()
"""

LENT = """
CREATE VIEW inventory.lent_goods AS
SELECT pile.id, pile.product_id, pile.location_id, pile.lot_id, pile.quantity, pile.since,
       CASE WHEN place.kind = 'consigned' THEN 'theirs' ELSE 'ours' END AS whose,
       contacts.canonical_id(CASE WHEN place.kind = 'consigned' THEN place.contact_id
                                  ELSE house.contact_id END) AS contact_id
  FROM inventory.on_hand AS pile
  JOIN inventory.location AS place ON place.id = pile.location_id
  LEFT JOIN inventory.warehouse AS house ON house.id = place.warehouse_id
 WHERE pile.quantity <> 0
   AND (place.kind = 'consigned' OR place.kind = 'internal' AND house.contact_id IS NOT NULL)
"""

TAKE_BACK = """
DROP VIEW inventory.lent_goods;
ALTER TABLE inventory.transfer_line DROP COLUMN for_line_id;
ALTER TABLE inventory.transfer
  DROP COLUMN for_type, DROP COLUMN for_id, DROP COLUMN for_number, DROP COLUMN for_contact_id,
  DROP CONSTRAINT ck_transfer_direct,
  DROP CONSTRAINT ck_transfer_kind,
  ADD CONSTRAINT ck_transfer_kind CHECK (kind IN ('receipt', 'check', 'store', 'pick', 'pack',
    'delivery', 'internal', 'send', 'arrive', 'customer_return', 'supplier_return', 'scrap',
    'consume'));
ALTER TABLE inventory.cost_event DROP CONSTRAINT ck_cost_event_direct,
  DROP CONSTRAINT ck_cost_event_kind,
  ADD CONSTRAINT ck_cost_event_kind CHECK
    (kind IN ('in', 'out', 'adjust', 'revalue', 'price', 'method')),
  DROP CONSTRAINT ck_cost_event_move,
  ADD CONSTRAINT ck_cost_event_move CHECK ((kind IN ('in', 'out')) = (move_id IS NOT NULL)),
  DROP COLUMN gone_as;
DROP TRIGGER guard_owner ON inventory.location;
DROP FUNCTION inventory.guard_owner();
ALTER TABLE inventory.location DROP CONSTRAINT ck_location_owner, DROP COLUMN contact_id,
  DROP CONSTRAINT ck_location_kind,
  ADD CONSTRAINT ck_location_kind CHECK (kind IN
    ('internal', 'view', 'transit', 'supplier', 'customer', 'loss', 'consumption'));
ALTER TABLE inventory.warehouse DROP COLUMN contact_id
"""


def upgrade() -> None:
    kept = BALANCES.format(kinds="'internal', 'transit', 'consigned'")
    for statements in (PLACES, kept, COSTS, TRANSFERS, USES, LENT):
        op.execute(statements)


def downgrade() -> None:
    op.execute("DROP TABLE inventory.consigned_purchase")
    op.execute(BALANCES.format(kinds="'internal', 'transit'"))
    op.execute(TAKE_BACK)
