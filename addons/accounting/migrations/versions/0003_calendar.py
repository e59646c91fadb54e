"""What the database itself guarantees of fiscal years and periods.

Closing a year closes its periods, a period of a closed year cannot be opened by itself, and
what is locked stays locked. Years that were posted in keep their name and days.
"""

from __future__ import annotations

from alembic import op

revision = "0003_calendar"
down_revision = "0002_guards"

FUNCTIONS = """
CREATE FUNCTION accounting.guard_fiscal_year() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  used boolean := EXISTS (SELECT 1 FROM accounting.number_series
                           WHERE fiscal_year_id = OLD.id);
BEGIN
  IF OLD.state = 'locked' AND (TG_OP = 'DELETE' OR NEW.state <> 'locked') THEN
    RAISE EXCEPTION 'fiscal year % is locked for good', OLD.name
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'locked_is_final';
  END IF;
  IF used AND (TG_OP = 'DELETE' OR (NEW.name, NEW.start_date, NEW.end_date)
               IS DISTINCT FROM (OLD.name, OLD.start_date, OLD.end_date)) THEN
    RAISE EXCEPTION 'fiscal year % has posted entries: its name and dates stay', OLD.name
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'used_year_stays';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION accounting.close_periods() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE accounting.period SET state = NEW.state
   WHERE fiscal_year_id = NEW.id AND state <> 'locked' AND state <> NEW.state;
  RETURN NULL;
END $$;

CREATE FUNCTION accounting.guard_period() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  year accounting.fiscal_year;
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.state = 'locked' AND (TG_OP = 'DELETE' OR NEW.state <> 'locked') THEN
    RAISE EXCEPTION 'period % is locked for good', OLD.name
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'locked_is_final';
  END IF;
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (NEW.fiscal_year_id, NEW.start_date, NEW.end_date)
      IS DISTINCT FROM (OLD.fiscal_year_id, OLD.start_date, OLD.end_date)) THEN
    IF EXISTS (SELECT 1 FROM accounting.number_series
                WHERE fiscal_year_id = OLD.fiscal_year_id) THEN
      RAISE EXCEPTION 'period % belongs to a year with posted entries: its dates stay', OLD.name
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'used_year_stays';
    END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  SELECT * INTO year FROM accounting.fiscal_year WHERE id = NEW.fiscal_year_id FOR SHARE;
  IF NEW.state = 'open' AND year.state <> 'open' THEN
    RAISE EXCEPTION 'fiscal year % is %: reopen it first', year.name, year.state
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'year_is_open';
  END IF;
  IF NEW.start_date < year.start_date OR NEW.end_date > year.end_date THEN
    RAISE EXCEPTION 'period % reaches beyond fiscal year %', NEW.name, year.name
      USING ERRCODE = 'check_violation', CONSTRAINT = 'period_in_year';
  END IF;
  RETURN NEW;
END $$
"""

TRIGGERS = """
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON accounting.fiscal_year
  FOR EACH ROW EXECUTE FUNCTION accounting.guard_fiscal_year();
CREATE TRIGGER close_periods AFTER UPDATE OF state ON accounting.fiscal_year
  FOR EACH ROW WHEN (NEW.state <> 'open') EXECUTE FUNCTION accounting.close_periods();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON accounting.period
  FOR EACH ROW EXECUTE FUNCTION accounting.guard_period()
"""

RIGHTS = """
REVOKE ALL ON FUNCTION accounting.guard_fiscal_year(), accounting.close_periods(),
  accounting.guard_period() FROM PUBLIC
"""


def upgrade() -> None:
    for statements in (FUNCTIONS, TRIGGERS, RIGHTS):
        op.execute(statements)
