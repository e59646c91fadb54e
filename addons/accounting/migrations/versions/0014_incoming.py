"""Large postings are checked, numbered and hashed before they are written, and then written once.

An import used to copy drafts and then post them: each entry was written twice, into every index
twice, the two of the search among them, and looked up again for each check. Now it copies to
`incoming_entry` and `incoming_line`, and `post_incoming` reads those in sets, and inserts what is
numbered, chained and hashed already. The checks are the same, the order of locks is the same, and
so is every byte that is hashed.

Inside the functions that post, which belong to the owner, lines may be inserted for a posted entry:
they are the ones it is hashed with. The application's role still meets the guard.
"""

from __future__ import annotations

from alembic import op

revision = "0014_incoming"
down_revision = "0013_audit_packs"

TABLES = """
CREATE UNLOGGED TABLE accounting.incoming_entry (
  batch bigint NOT NULL DEFAULT txid_current(),
  id bigint NOT NULL,
  journal_id bigint NOT NULL,
  date date NOT NULL,
  reference text NOT NULL,
  narration text NOT NULL,
  partner text NOT NULL,
  partner_id bigint,
  source_type text,
  source_id text,
  reverses_id bigint,
  branch_id bigint
);
CREATE UNLOGGED TABLE accounting.incoming_line (
  batch bigint NOT NULL DEFAULT txid_current(),
  entry_id bigint NOT NULL,
  position integer NOT NULL,
  account_id bigint NOT NULL,
  label text NOT NULL,
  amount numeric NOT NULL,
  currency text NOT NULL,
  original_amount numeric,
  original_currency text NOT NULL,
  quantity numeric,
  unit text NOT NULL,
  partner_id bigint,
  due_date date,
  tax_code text NOT NULL,
  tax_role text NOT NULL,
  tax_base numeric,
  analytic jsonb
)
"""

# What a hash of version 2 is made of, for rows of whatever table.
LINE_JSON = """
CREATE FUNCTION accounting.line_json(
  account_id bigint, label text, amount numeric, currency text, original_amount numeric,
  original_currency text, quantity numeric, unit text, partner_id bigint, due_date date,
  tax_code text, tax_role text, tax_base numeric, analytic jsonb)
RETURNS json LANGUAGE sql STABLE AS $$
  SELECT pg_catalog.json_build_array(
    account_id::text, label, amount::text, currency, coalesce(original_amount::text, ''),
    original_currency, coalesce(quantity::text, ''), unit, coalesce(partner_id::text, ''),
    coalesce(pg_catalog.to_char(due_date, 'YYYY-MM-DD'), ''), tax_code, tax_role,
    coalesce(tax_base::text, ''), coalesce(analytic::text, ''))
$$
"""

ENTRY_TEXT = """
CREATE FUNCTION accounting.entry_text(
  id bigint, journal_id bigint, number text, date date, reference text, narration text,
  partner text, partner_id bigint, source_type text, source_id text, reverses_id bigint,
  branch_id bigint, posted_at timestamptz, posted_by text, lines json)
RETURNS text LANGUAGE sql STABLE AS $$
  SELECT pg_catalog.substr(pg_catalog.json_build_array(
    id::text, journal_id::text, number, pg_catalog.to_char(date, 'YYYY-MM-DD'), reference,
    narration, partner, coalesce(partner_id::text, ''), coalesce(source_type, ''),
    coalesce(source_id, ''), coalesce(reverses_id::text, ''), coalesce(branch_id::text, ''),
    pg_catalog.to_char(posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    posted_by, lines)::text, 2)
$$
"""

LINE_CONTENT = """
CREATE OR REPLACE FUNCTION accounting.line_content(version integer, line accounting.journal_line)
RETURNS json LANGUAGE sql STABLE AS $$
  SELECT CASE version
    WHEN 1 THEN pg_catalog.json_build_array(
      line.account_id::text, line.label, line.amount::text, line.currency,
      coalesce(line.original_amount::text, ''), line.original_currency,
      coalesce(line.quantity::text, ''), line.unit)
    ELSE accounting.line_json(
      line.account_id, line.label, line.amount, line.currency, line.original_amount,
      line.original_currency, line.quantity, line.unit, line.partner_id, line.due_date,
      line.tax_code, line.tax_role, line.tax_base, line.analytic)
  END
$$
"""

ENTRY_CONTENT = """
CREATE OR REPLACE FUNCTION accounting.entry_content(
  entry accounting.journal_entry, number text, posted_at timestamptz, posted_by text, lines json)
RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE entry.hash_version
    WHEN 1 THEN pg_catalog.substr(pg_catalog.json_build_array(
      entry.id::text, entry.journal_id::text, number,
      pg_catalog.to_char(entry.date, 'YYYY-MM-DD'), entry.reference, entry.narration,
      entry.partner, coalesce(entry.partner_id::text, ''), coalesce(entry.source_type, ''),
      coalesce(entry.source_id, ''), coalesce(entry.reverses_id::text, ''),
      pg_catalog.to_char(posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      posted_by, lines)::text, 2)
    ELSE accounting.entry_text(
      entry.id, entry.journal_id, number, entry.date, entry.reference, entry.narration,
      entry.partner, entry.partner_id, entry.source_type, entry.source_id, entry.reverses_id,
      entry.branch_id, posted_at, posted_by, lines)
  END
$$
"""

# The links of a chain, each made from the one before it: an aggregate, for a window to run along.
NEXT_LINK = """
CREATE FUNCTION accounting.next_link(link text, before_first text, content text) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN encode(sha256(convert_to(
    accounting.preimage(2, coalesce(link, before_first), content), 'UTF8')), 'hex');
END $$;
CREATE AGGREGATE accounting.chain_link(before_first text, content text) (
  SFUNC = accounting.next_link, STYPE = text)
"""

# The share lock makes a closing wait for the entries being posted, and these for a closing.
REFUSE_CLOSED_DAYS = """
CREATE FUNCTION accounting.refuse_closed_days(days date[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  bad record;
BEGIN
  PERFORM 1 FROM accounting.period AS period
    WHERE EXISTS (SELECT 1 FROM unnest(days) AS given (day)
                   WHERE given.day BETWEEN period.start_date AND period.end_date)
    ORDER BY period.id FOR SHARE;
  SELECT given.day, period.name, period.state INTO bad
    FROM unnest(days) AS given (day)
    LEFT JOIN accounting.period AS period
      ON given.day BETWEEN period.start_date AND period.end_date
   WHERE period.state IS DISTINCT FROM 'open'
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '% cannot be posted to: its period is %', bad.day,
      coalesce(bad.name || ', which is ' || bad.state, 'not set up')
      USING ERRCODE = 'check_violation', CONSTRAINT = 'period_is_open';
  END IF;
  SELECT first.day, period.name, period.state INTO bad
    FROM (SELECT min(given.day) AS day FROM unnest(days) AS given (day)) AS first
    JOIN accounting.period AS period
      ON period.state <> 'open' AND period.start_date > first.day
   ORDER BY period.start_date LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '% cannot be posted to: % comes after it and is %, and would change',
      bad.day, bad.name, bad.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'period_is_open';
  END IF;
END $$
"""

REFUSE_CLOSED = """
CREATE OR REPLACE FUNCTION accounting.refuse_closed(ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM accounting.refuse_closed_days(ARRAY(
    SELECT DISTINCT date FROM accounting.journal_entry WHERE id = ANY (ids)));
  PERFORM accounting.refuse_locked(ids);
END $$
"""

# Chains first and then series, each in one order, as `seal` takes them one after the other: two
# that post into the same journals wait for each other and never in a circle.
POST_INCOMING = """
CREATE FUNCTION accounting.post_incoming() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine bigint := txid_current();
  sealed_at timestamptz;
  sealed_by text := COALESCE(NULLIF(current_setting('aorabooks.actor', true), ''), session_user);
  posted bigint[] := ARRAY(SELECT id FROM accounting.incoming_entry WHERE batch = mine ORDER BY id);
BEGIN
  PERFORM accounting.refuse_closed_days(ARRAY(
    SELECT DISTINCT date FROM accounting.incoming_entry WHERE batch = mine ORDER BY date));
  PERFORM 1 FROM accounting.journal_chain
    WHERE journal_id IN (SELECT journal_id FROM accounting.incoming_entry WHERE batch = mine)
    ORDER BY journal_id FOR UPDATE;
  sealed_at := clock_timestamp();

  INSERT INTO accounting.number_series AS known
      (journal_id, fiscal_year_id, prefix, digits, last_number)
    SELECT journal.id, year.id,
           replace(replace(journal.number_prefix, '{journal}', journal.code),
                   '{year}', year.name),
           journal.number_digits, sum(given.entries)
      FROM (SELECT journal_id, date, count(*) AS entries
              FROM accounting.incoming_entry WHERE batch = mine GROUP BY 1, 2) AS given
      JOIN accounting.journal AS journal ON journal.id = given.journal_id
      JOIN accounting.period AS period
        ON given.date BETWEEN period.start_date AND period.end_date
      JOIN accounting.fiscal_year AS year ON year.id = period.fiscal_year_id
     GROUP BY journal.id, year.id
     ORDER BY journal.id, year.id
    ON CONFLICT (journal_id, fiscal_year_id)
      DO UPDATE SET last_number = known.last_number + excluded.last_number;

  INSERT INTO accounting.journal_entry
      (id, journal_id, date, state, reference, narration, partner, partner_id, source_type,
       source_id, reverses_id, branch_id, series_id, sequence, number, chain_seq, previous_hash,
       hash, posted_at, posted_by)
  WITH day AS (
    SELECT given.date, period.fiscal_year_id
      FROM (SELECT DISTINCT date FROM accounting.incoming_entry WHERE batch = mine) AS given
      JOIN accounting.period AS period
        ON given.date BETWEEN period.start_date AND period.end_date
  ), line AS (
    SELECT entry_id, json_agg(accounting.line_json(
             account_id, label, amount, currency, original_amount, original_currency, quantity,
             unit, partner_id, due_date, tax_code, tax_role, tax_base,
             nullif(analytic, '{}')) ORDER BY position) AS content
      FROM accounting.incoming_line WHERE batch = mine GROUP BY entry_id
  ), placed AS (
    SELECT entry.*, series.id AS series_id, series.prefix, series.digits,
           series.last_number - count(*) OVER (PARTITION BY series.id)
             + row_number() OVER (PARTITION BY series.id ORDER BY entry.id) AS sequence,
           row_number() OVER (PARTITION BY entry.journal_id ORDER BY day.fiscal_year_id, entry.id)
             AS place
      FROM accounting.incoming_entry AS entry
      JOIN day USING (date)
      JOIN accounting.number_series AS series
        ON (series.journal_id, series.fiscal_year_id) = (entry.journal_id, day.fiscal_year_id)
     WHERE entry.batch = mine
  ), numbered AS (
    SELECT placed.*, prefix || lpad(sequence::text, greatest(digits, length(sequence::text)), '0')
             AS number
      FROM placed
  ), told AS (
    SELECT numbered.*, chain.length + place AS chain_seq, chain.hash AS before_first,
           accounting.entry_text(
             numbered.id, numbered.journal_id, number, date, reference, narration, partner,
             partner_id, source_type, source_id, reverses_id, branch_id, sealed_at, sealed_by,
             line.content) AS content
      FROM numbered
      JOIN accounting.journal_chain AS chain ON chain.journal_id = numbered.journal_id
      LEFT JOIN line ON line.entry_id = numbered.id
  ), linked AS (
    SELECT told.*, accounting.chain_link(before_first, content)
             OVER (PARTITION BY journal_id ORDER BY place ROWS UNBOUNDED PRECEDING) AS hash
      FROM told
  )
  SELECT id, journal_id, date, 'posted', reference, narration, partner, partner_id, source_type,
         source_id, reverses_id, branch_id, series_id, sequence, number, chain_seq,
         lag(hash, 1, before_first) OVER (PARTITION BY journal_id ORDER BY place), hash,
         sealed_at, sealed_by
    FROM linked ORDER BY journal_id, place;

  INSERT INTO accounting.journal_line
      (entry_id, date, position, account_id, label, amount, currency, original_amount,
       original_currency, quantity, unit, partner_id, due_date, tax_code, tax_role, tax_base,
       analytic)
  SELECT line.entry_id, entry.date, line.position, line.account_id, line.label, line.amount,
         line.currency, line.original_amount, line.original_currency, line.quantity, line.unit,
         line.partner_id, line.due_date, line.tax_code, line.tax_role, line.tax_base, line.analytic
    FROM accounting.incoming_line AS line
    JOIN accounting.incoming_entry AS entry ON entry.id = line.entry_id AND entry.batch = mine
   WHERE line.batch = mine
   ORDER BY line.entry_id, line.position;

  UPDATE accounting.journal_chain AS chain
     SET length = newest.chain_seq, hash = newest.hash
    FROM (SELECT DISTINCT journal_id FROM accounting.incoming_entry WHERE batch = mine) AS used
   CROSS JOIN LATERAL (SELECT chain_seq, hash FROM accounting.journal_entry AS entry
                        WHERE entry.journal_id = used.journal_id AND entry.number IS NOT NULL
                        ORDER BY chain_seq DESC LIMIT 1) AS newest
   WHERE chain.journal_id = used.journal_id;
  INSERT INTO accounting.balance_tail (entry_id) SELECT unnest(posted);
  DELETE FROM accounting.incoming_line WHERE batch = mine;
  DELETE FROM accounting.incoming_entry WHERE batch = mine;
  PERFORM accounting.refuse_unbalanced(posted);
  PERFORM accounting.refuse_locked(posted);
END $$
"""

GUARDS = """
DROP TRIGGER guard_inserted ON accounting.journal_line;
CREATE TRIGGER guard_inserted AFTER INSERT ON accounting.journal_line
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
  WHEN (current_user <> 'aorabooks_owner') EXECUTE FUNCTION accounting.guard_lines();
DROP TRIGGER guard_new ON accounting.journal_entry;
CREATE TRIGGER guard_new BEFORE INSERT ON accounting.journal_entry FOR EACH ROW
  WHEN ((NEW.number IS NOT NULL OR NEW.hash_version <> 2) AND current_user <> 'aorabooks_owner')
  EXECUTE FUNCTION accounting.guard_entry()
"""

RIGHTS = """
REVOKE ALL ON FUNCTION
  accounting.line_json(bigint, text, numeric, text, numeric, text, numeric, text, bigint, date,
                       text, text, numeric, jsonb),
  accounting.entry_text(bigint, bigint, text, date, text, text, text, bigint, text, text, bigint,
                        bigint, timestamptz, text, json),
  accounting.next_link(text, text, text),
  accounting.chain_link(text, text),
  accounting.refuse_closed_days(date[]),
  accounting.post_incoming() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  accounting.line_json(bigint, text, numeric, text, numeric, text, numeric, text, bigint, date,
                       text, text, numeric, jsonb),
  accounting.entry_text(bigint, bigint, text, date, text, text, text, bigint, text, text, bigint,
                        bigint, timestamptz, text, json),
  accounting.post_incoming() TO aorabooks_runtime
"""

# The entries at hand are few beside all there are, as in 0002; and whoever posts one asks so little
# that planning it anew each time took longer than doing it.
BY_INDEX = ("refuse_closed(bigint[])", "refuse_closed_days(date[])")
PLANNED_ONCE = (
    "seal_entries()",
    "seal(bigint[])",
    "seal_series(bigint, bigint, bigint[])",
    "refuse_unbalanced(bigint[])",
    "refuse_closed(bigint[])",
    "refuse_closed_days(date[])",
    "refuse_locked(bigint[])",
)
# Whole sets are joined, however few the planner takes them for.
IN_SETS = (("enable_nestloop", "off"), ("work_mem", "'64MB'"), ("jit", "off"))

FUNCTIONS = (
    LINE_JSON,
    ENTRY_TEXT,
    LINE_CONTENT,
    ENTRY_CONTENT,
    NEXT_LINK,
    REFUSE_CLOSED_DAYS,
    REFUSE_CLOSED,
    POST_INCOMING,
)


def upgrade() -> None:
    op.execute(TABLES)
    for function in FUNCTIONS:
        op.execute(function)
    op.execute("DROP FUNCTION accounting.post_drafts(bigint[])")
    for function in BY_INDEX:
        for setting in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin"):
            op.execute(f"ALTER FUNCTION accounting.{function} SET {setting} = off")
    for function in PLANNED_ONCE:
        op.execute(f"ALTER FUNCTION accounting.{function} SET plan_cache_mode = force_generic_plan")
    for setting, value in IN_SETS:
        op.execute(f"ALTER FUNCTION accounting.post_incoming() SET {setting} = {value}")
    op.execute(GUARDS)
    op.execute(RIGHTS)
