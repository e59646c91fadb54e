"""What the database itself guarantees of posted documents: their figures never change and they are
never deleted. And the view of what was bought, which every report reads."""

from __future__ import annotations

from alembic import op

revision = "0004_guards"
down_revision = "0003_bills"

# What goes on after posting is named; anything else of a posted document stays as it was.
GUARD_BILL = """
CREATE FUNCTION purchases.guard_bill() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  alive text[] := ARRAY['match', 'reasons', 'released_by', 'released_at', 'paid', 'books_paid',
    'open', 'paid_state', 'note', 'version', 'updated_at'];
BEGIN
  IF OLD.state = 'posted' AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - alive <> to_jsonb(OLD) - alive)
  THEN
    RAISE EXCEPTION 'bill % is posted and does not change', OLD.number
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'posted_bill';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON purchases.bill
  FOR EACH ROW EXECUTE FUNCTION purchases.guard_bill()
"""

GUARD_PAYMENT = """
CREATE FUNCTION purchases.guard_payment() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  alive text[] := ARRAY['state', 'unapplied', 'books_applied', 'reversed_on', 'reversal_reason',
    'version', 'updated_at'];
BEGIN
  IF OLD.state <> 'draft' AND (TG_OP = 'DELETE' OR NEW.state = 'draft'
     OR (OLD.state = 'reversed' AND NEW.state <> 'reversed')
     OR to_jsonb(NEW) - alive <> to_jsonb(OLD) - alive)
  THEN
    RAISE EXCEPTION 'payment % is posted and does not change', OLD.number
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'posted_payment';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON purchases.payment
  FOR EACH ROW EXECUTE FUNCTION purchases.guard_payment()
"""

GUARD_RECEIPT = """
CREATE FUNCTION purchases.guard_receipt() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  alive text[] := ARRAY['delivery_note', 'reason', 'version', 'updated_at'];
BEGIN
  IF OLD.state = 'posted' AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - alive <> to_jsonb(OLD) - alive)
  THEN
    RAISE EXCEPTION 'receipt % is posted and does not change', OLD.number
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'posted_receipt';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON purchases.receipt
  FOR EACH ROW EXECUTE FUNCTION purchases.guard_receipt()
"""


# The lines of a document follow its state: none comes, goes or changes once it is no draft.
GUARD_BILL_LINE = """
CREATE FUNCTION purchases.guard_bill_line() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) = to_jsonb(OLD) THEN
    RETURN NEW;
  END IF;
  IF EXISTS (SELECT 1 FROM purchases.bill AS parent WHERE parent.state <> 'draft'
              AND parent.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.bill_id
                                   ELSE OLD.bill_id END) THEN
    RAISE EXCEPTION 'the lines of a posted document do not change'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'posted_bill';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON purchases.bill_line
  FOR EACH ROW EXECUTE FUNCTION purchases.guard_bill_line()
"""

GUARD_PAYMENT_LINE = """
CREATE FUNCTION purchases.guard_payment_line() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) = to_jsonb(OLD) THEN
    RETURN NEW;
  END IF;
  IF EXISTS (SELECT 1 FROM purchases.payment AS parent WHERE parent.state <> 'draft'
              AND parent.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.payment_id
                                   ELSE OLD.payment_id END) THEN
    RAISE EXCEPTION 'the lines of a posted document do not change'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'posted_payment';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON purchases.payment_line
  FOR EACH ROW EXECUTE FUNCTION purchases.guard_payment_line()
"""

GUARD_RECEIPT_LINE = """
CREATE FUNCTION purchases.guard_receipt_line() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) = to_jsonb(OLD) THEN
    RETURN NEW;
  END IF;
  IF EXISTS (SELECT 1 FROM purchases.receipt AS parent WHERE parent.state <> 'draft'
              AND parent.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.receipt_id
                                   ELSE OLD.receipt_id END) THEN
    RAISE EXCEPTION 'the lines of a posted document do not change'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'posted_receipt';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON purchases.receipt_line
  FOR EACH ROW EXECUTE FUNCTION purchases.guard_receipt_line()
"""

GUARD_ORDER = """
CREATE FUNCTION purchases.guard_order() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.number IS NOT NULL THEN
    RAISE EXCEPTION 'order % has a number and is cancelled instead of deleted', OLD.number
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'numbered_order';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER guard BEFORE DELETE ON purchases."order"
  FOR EACH ROW EXECUTE FUNCTION purchases.guard_order()
"""

PURCHASE_LINE = """
CREATE VIEW purchases.purchase_line AS
SELECT line.id, line.bill_id, bill.number, bill.kind, bill.date,
       contacts.canonical_id(bill.contact_id) AS contact_id, bill.contact_name AS supplier,
       bill.branch_id, line.role, line.product_id, line.label,
       side.sign * line.stock_quantity AS stock_quantity, side.sign * line.net AS net,
       bill.currency, side.sign * line.company_net AS company_net
  FROM purchases.bill_line AS line
  JOIN purchases.bill AS bill ON bill.id = line.bill_id AND bill.state = 'posted'
 CROSS JOIN LATERAL (SELECT CASE WHEN bill.kind = 'bill' THEN 1 ELSE -1 END AS sign) AS side
"""

# Where each line of an order stands, for lists and look-ups.
ORDER_ITEM = """
CREATE VIEW purchases.order_item AS
SELECT line.id, line.order_id, document.number, document.date, document.state,
       contacts.canonical_id(document.contact_id) AS contact_id, document.contact_name AS supplier,
       document.branch_id, document.buyer_id, line.kind, line.product_id, line.label,
       line.supplier_code, line.expected_on, line.quantity, line.received - line.returned AS kept,
       line.billed, document.currency, line.net,
       CASE WHEN document.state IN ('approved', 'done')
            THEN greatest(line.stock_quantity - line.stock_closed
                          - (line.stock_received - line.stock_returned), 0) / line.factor
            ELSE 0 END AS awaited,
       (line.stock_received - line.stock_returned - line.stock_billed) / line.factor AS unbilled,
       (line.stock_received - line.stock_returned - line.stock_billed) / line.stock_quantity
         * line.net AS unbilled_net
  FROM purchases.order_line AS line
  JOIN purchases."order" AS document ON document.id = line.order_id
"""

REVOKE = """
REVOKE ALL ON FUNCTION purchases.guard_bill(), purchases.guard_payment(),
  purchases.guard_receipt(), purchases.guard_bill_line(), purchases.guard_payment_line(),
  purchases.guard_receipt_line(), purchases.guard_order() FROM PUBLIC
"""


def upgrade() -> None:
    for statement in (
        GUARD_BILL,
        GUARD_PAYMENT,
        GUARD_RECEIPT,
        GUARD_BILL_LINE,
        GUARD_PAYMENT_LINE,
        GUARD_RECEIPT_LINE,
        GUARD_ORDER,
        PURCHASE_LINE,
        ORDER_ITEM,
        REVOKE,
    ):
        op.execute(statement)
