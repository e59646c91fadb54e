"""What a line says beside account and amount: partner, due date, tax, dimensions; and the branch
of an entry. All of it is hashed into the chain, by the second version of the entry's hash.

Entries sealed before keep the first version, which `hash_version` tells.
"""

from __future__ import annotations

from alembic import op

revision = "0004_foundations"
down_revision = "0003_calendar"

COLUMNS = """
ALTER TABLE accounting.account
  ADD COLUMN name_local text NOT NULL DEFAULT '',
  ADD COLUMN reconcilable boolean NOT NULL DEFAULT false,
  ADD COLUMN report_line text NOT NULL DEFAULT '';
UPDATE accounting.account SET reconcilable = true WHERE subtype IN ('receivable', 'payable');

ALTER TABLE accounting.journal_entry
  ADD COLUMN branch_id bigint,
  ADD COLUMN hash_version integer NOT NULL DEFAULT 1,
  ADD CONSTRAINT fk_journal_entry_branch_id FOREIGN KEY (branch_id) REFERENCES core.branch (id);
ALTER TABLE accounting.journal_entry ALTER COLUMN hash_version SET DEFAULT 2;
UPDATE accounting.journal_entry SET hash_version = 2 WHERE number IS NULL;
CREATE INDEX ix_journal_entry_branch_id ON accounting.journal_entry (branch_id, date)
  WHERE branch_id IS NOT NULL;
CREATE INDEX ix_journal_entry_partner_id ON accounting.journal_entry (partner_id, date)
  WHERE partner_id IS NOT NULL;

ALTER TABLE accounting.journal_line
  ADD COLUMN partner_id bigint,
  ADD COLUMN due_date date,
  ADD COLUMN tax_code text NOT NULL DEFAULT '',
  ADD COLUMN tax_role text NOT NULL DEFAULT '',
  ADD COLUMN tax_base numeric,
  ADD COLUMN analytic jsonb,
  ADD CONSTRAINT ck_journal_line_tax_role CHECK (tax_role IN ('', 'base', 'tax')),
  ADD CONSTRAINT ck_journal_line_tax CHECK ((tax_code = '') = (tax_role = '')),
  ADD CONSTRAINT ck_journal_line_analytic CHECK (jsonb_typeof(analytic) = 'object');
CREATE INDEX ix_journal_line_partner_id ON accounting.journal_line (partner_id, account_id, date)
  WHERE partner_id IS NOT NULL;
CREATE INDEX ix_journal_line_tax_code ON accounting.journal_line (tax_code, date)
  WHERE tax_code <> '';

ALTER TABLE accounting.period_balance
  ADD COLUMN branch_id bigint NOT NULL DEFAULT 0,
  DROP CONSTRAINT pk_period_balance,
  ADD CONSTRAINT pk_period_balance PRIMARY KEY (account_id, currency, month, branch_id);
ALTER TABLE accounting.period_balance ALTER COLUMN branch_id DROP DEFAULT
"""

ENTRY_HASH = """
CREATE OR REPLACE FUNCTION accounting.entry_hash(
  previous text, entry accounting.journal_entry) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT encode(sha256(convert_to(CASE entry.hash_version
    WHEN 1 THEN json_build_array(
      previous, entry.id::text, entry.journal_id::text, entry.number,
      to_char(entry.date, 'YYYY-MM-DD'), entry.reference, entry.narration, entry.partner,
      coalesce(entry.partner_id::text, ''), coalesce(entry.source_type, ''),
      coalesce(entry.source_id, ''), coalesce(entry.reverses_id::text, ''),
      to_char(entry.posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      entry.posted_by,
      (SELECT json_agg(json_build_array(
          line.account_id::text, line.label, line.amount::text, line.currency,
          coalesce(line.original_amount::text, ''), line.original_currency,
          coalesce(line.quantity::text, ''), line.unit) ORDER BY line.position, line.id)
         FROM accounting.journal_line AS line WHERE line.entry_id = entry.id))
    ELSE json_build_array(
      entry.hash_version::text,
      previous, entry.id::text, entry.journal_id::text, entry.number,
      to_char(entry.date, 'YYYY-MM-DD'), entry.reference, entry.narration, entry.partner,
      coalesce(entry.partner_id::text, ''), coalesce(entry.source_type, ''),
      coalesce(entry.source_id, ''), coalesce(entry.reverses_id::text, ''),
      coalesce(entry.branch_id::text, ''),
      to_char(entry.posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      entry.posted_by,
      (SELECT json_agg(json_build_array(
          line.account_id::text, line.label, line.amount::text, line.currency,
          coalesce(line.original_amount::text, ''), line.original_currency,
          coalesce(line.quantity::text, ''), line.unit,
          coalesce(line.partner_id::text, ''),
          coalesce(to_char(line.due_date, 'YYYY-MM-DD'), ''),
          line.tax_code, line.tax_role, coalesce(line.tax_base::text, ''),
          coalesce(line.analytic::text, '')) ORDER BY line.position, line.id)
         FROM accounting.journal_line AS line WHERE line.entry_id = entry.id))
  END::text, 'UTF8')), 'hex')
$$
"""

GUARD_ENTRY = """
CREATE OR REPLACE FUNCTION accounting.guard_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.number IS NOT NULL THEN
    RAISE EXCEPTION 'entry % is posted and cannot be changed or deleted; reverse it', OLD.number
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'posted_entry_is_final';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  -- An older version would leave out what it does not know of.
  IF NEW.hash_version <> 2 THEN
    RAISE EXCEPTION 'new entries are hashed by version 2'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.number IS NOT NULL AND current_user IS DISTINCT FROM
      (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
    RAISE EXCEPTION 'numbers and hashes are given when the transaction that posts commits'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$
"""

ROLL_UP = """
CREATE OR REPLACE FUNCTION accounting.roll_up_balances() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  entries bigint;
BEGIN
  PERFORM pg_advisory_xact_lock('accounting.balance_tail'::regclass::oid::bigint);
  WITH taken AS (
    DELETE FROM accounting.balance_tail RETURNING entry_id
  ), sums AS (
    SELECT line.account_id, line.currency, date_trunc('month', line.date)::date AS month,
           coalesce(entry.branch_id, 0) AS branch_id,
           sum(line.debit) AS debit, sum(line.credit) AS credit
      FROM taken
      JOIN accounting.journal_entry AS entry ON entry.id = taken.entry_id
      JOIN accounting.journal_line AS line ON line.entry_id = taken.entry_id
     GROUP BY 1, 2, 3, 4
  ), merged AS (
    INSERT INTO accounting.period_balance AS known
        (account_id, currency, month, branch_id, debit, credit)
      SELECT account_id, currency, month, branch_id, debit, credit FROM sums
    ON CONFLICT (account_id, currency, month, branch_id) DO UPDATE
      SET debit = known.debit + excluded.debit, credit = known.credit + excluded.credit
  )
  SELECT count(*) INTO entries FROM taken;
  RETURN entries;
END $$
"""


def upgrade() -> None:
    op.execute(COLUMNS)
    for function in (ENTRY_HASH, GUARD_ENTRY, ROLL_UP):
        op.execute(function)
    # Replacing a function forgets its settings: see 0002.
    for setting in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin"):
        op.execute(f"ALTER FUNCTION accounting.roll_up_balances() SET {setting} = off")
