"""What the database itself holds to: whatever was posted stays as it was.

Of a posted invoice only what was paid of it changes, of a payment only what it was used for and
that it was reversed, of a delivery only who carries it. Lines of posted documents are never
written again; they may come with their document in one transaction. What got a number is never
deleted.
"""

from __future__ import annotations

from alembic import op

revision = "0004_guards"
down_revision = "0003_invoices"

# `free` names the columns that may change of a posted document.
DOCUMENTS = """
CREATE FUNCTION sales.guard_document() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  free text[] := TG_ARGV[0]::text[] || ARRAY['version', 'updated_at'];
BEGIN
  IF OLD.number IS NULL THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION '% % has a number and cannot be deleted', TG_TABLE_NAME, OLD.number
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'posted_stays';
  END IF;
  IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
    RAISE EXCEPTION '% % was posted and cannot be changed', TG_TABLE_NAME, OLD.number
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'posted_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON sales.invoice FOR EACH ROW
  EXECUTE FUNCTION sales.guard_document('{settled,payment_progress}');
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON sales.payment FOR EACH ROW
  EXECUTE FUNCTION sales.guard_document('{used,state,reversal_reason,reversed_on}');
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON sales.delivery FOR EACH ROW
  EXECUTE FUNCTION sales.guard_document('{carrier,tracking,note}');
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON sales.sales_return FOR EACH ROW
  EXECUTE FUNCTION sales.guard_document('{state,reason}')
"""

ORDERS = """
CREATE FUNCTION sales.guard_order() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.number IS NOT NULL THEN
      RAISE EXCEPTION 'order % has a number and cannot be deleted', OLD.number
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'posted_stays';
    END IF;
    RETURN OLD;
  END IF;
  IF OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number THEN
    RAISE EXCEPTION 'order % keeps its number', OLD.number
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'posted_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE OF number OR DELETE ON sales.sales_order
  FOR EACH ROW EXECUTE FUNCTION sales.guard_order()
"""

# Of the lines: new ones only together with their document, none changed, none deleted. Statement
# triggers with transition tables, so that a document of a hundred lines costs one look.
LINES = """
CREATE FUNCTION sales.guard_{table}() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM touched JOIN sales.{document} AS document
      ON document.id = touched.{document_id}
     WHERE document.number IS NOT NULL
       AND (TG_OP <> 'INSERT' OR document.created_at <> now())) THEN
    RAISE EXCEPTION 'lines of a posted document cannot be changed'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'posted_stays';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER guard_insert AFTER INSERT ON sales.{table}
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION sales.guard_{table}();
CREATE TRIGGER guard_update AFTER UPDATE ON sales.{table}
  REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION sales.guard_{table}();
CREATE TRIGGER guard_delete AFTER DELETE ON sales.{table}
  REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION sales.guard_{table}()
"""
GUARDED = (
    ("invoice_line", "invoice", "invoice_id"),
    ("invoice_tax", "invoice", "invoice_id"),
    ("invoice_instalment", "invoice", "invoice_id"),
    ("payment_part", "payment", "payment_id"),
    ("delivery_line", "delivery", "delivery_id"),
)

APPLICATIONS = """
CREATE FUNCTION sales.guard_application() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.undone OR to_jsonb(NEW) - 'undone' IS DISTINCT FROM to_jsonb(OLD) - 'undone' THEN
    RAISE EXCEPTION 'application % can only be undone, once', OLD.id
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'posted_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON sales.application
  FOR EACH ROW EXECUTE FUNCTION sales.guard_application()
"""
PRIVATE = "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA sales FROM PUBLIC"


def upgrade() -> None:
    op.execute(DOCUMENTS)
    op.execute(ORDERS)
    for table, document, document_id in GUARDED:
        op.execute(LINES.format(table=table, document=document, document_id=document_id))
    op.execute(APPLICATIONS)
    op.execute(PRIVATE)
