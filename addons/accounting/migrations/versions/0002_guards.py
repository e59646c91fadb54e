"""What the database itself guarantees of posted entries, whoever asks.

An entry is posted by setting its state. When the transaction commits, a deferred trigger
checks it and seals it: it takes the next number of its series and the next link of its
journal's hash chain. That is the last thing before the commit, so the series is locked for
one commit only, and no failed transaction leaves a gap. A sealed entry can never be changed.

The functions that seal run with their owner's rights. The application's role owns nothing: it
can neither write a seal itself nor take these triggers away.
"""

from __future__ import annotations

from alembic import op

revision = "0002_guards"
down_revision = "0001_accounting"

ENTRY_HASH = """
CREATE FUNCTION accounting.entry_hash(previous text, entry accounting.journal_entry) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT encode(sha256(convert_to(json_build_array(
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
       FROM accounting.journal_line AS line WHERE line.entry_id = entry.id)
  )::text, 'UTF8')), 'hex')
$$
"""

REFUSE_UNBALANCED = """
CREATE FUNCTION accounting.refuse_unbalanced(ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  bad record;
BEGIN
  SELECT entry_id, sum(lines) AS lines,
         string_agg(total || ' ' || currency, ', ') FILTER (WHERE total <> 0) AS difference
    INTO bad
    FROM (SELECT entry.id AS entry_id, line.currency, count(line.id) AS lines,
                 coalesce(sum(line.amount), 0) AS total
            FROM unnest(ids) AS entry (id)
            LEFT JOIN accounting.journal_line AS line ON line.entry_id = entry.id
           GROUP BY entry.id, line.currency) AS totals
   GROUP BY entry_id
  HAVING sum(lines) < 2 OR bool_or(total <> 0)
   LIMIT 1;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF bad.difference IS NOT NULL THEN
    RAISE EXCEPTION 'entry % does not balance: debits and credits differ by %',
      bad.entry_id, bad.difference
      USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balances';
  END IF;
  RAISE EXCEPTION 'entry % has % line(s); a posted entry has at least two', bad.entry_id, bad.lines
    USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_has_two_lines';
END $$
"""

# The share lock makes a closing wait for the entries being sealed, and these for a closing.
REFUSE_CLOSED = """
CREATE FUNCTION accounting.refuse_closed(ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  bad record;
BEGIN
  PERFORM 1 FROM accounting.period AS period
    WHERE EXISTS (SELECT 1 FROM accounting.journal_entry AS entry
                   WHERE entry.id = ANY (ids)
                     AND entry.date BETWEEN period.start_date AND period.end_date)
    ORDER BY period.id FOR SHARE;
  SELECT days.date, period.name, period.state INTO bad
    FROM (SELECT DISTINCT entry.date FROM accounting.journal_entry AS entry
           WHERE entry.id = ANY (ids)) AS days
    LEFT JOIN accounting.period AS period
      ON days.date BETWEEN period.start_date AND period.end_date
   WHERE period.state IS DISTINCT FROM 'open'
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '% cannot be posted to: its period is %', bad.date,
      coalesce(bad.name || ', which is ' || bad.state, 'not set up')
      USING ERRCODE = 'check_violation', CONSTRAINT = 'period_is_open';
  END IF;
END $$
"""

SEAL_SERIES = """
CREATE FUNCTION accounting.seal_series(in_journal bigint, in_year bigint, ids bigint[])
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  chain accounting.journal_chain;
  series accounting.number_series;
  entry accounting.journal_entry;
  sealed_at timestamptz;
  sealed_by text := COALESCE(NULLIF(current_setting('aorabooks.actor', true), ''), session_user);
  place bigint := 0;
  link text;
  numbers text[] := '{}';
  previous text[] := '{}';
  links text[] := '{}';
BEGIN
  SELECT * INTO STRICT chain FROM accounting.journal_chain
    WHERE journal_id = in_journal FOR UPDATE;
  sealed_at := clock_timestamp();
  INSERT INTO accounting.number_series AS known
      (journal_id, fiscal_year_id, prefix, digits, last_number)
    SELECT journal.id, year.id,
           replace(replace(journal.number_prefix, '{journal}', journal.code),
                   '{year}', year.name),
           journal.number_digits, cardinality(ids)
      FROM accounting.journal AS journal, accounting.fiscal_year AS year
     WHERE journal.id = in_journal AND year.id = in_year
    ON CONFLICT (journal_id, fiscal_year_id)
      DO UPDATE SET last_number = known.last_number + excluded.last_number
    RETURNING * INTO STRICT series;
  series.last_number := series.last_number - cardinality(ids);
  link := chain.hash;
  FOR entry IN SELECT * FROM accounting.journal_entry WHERE id = ANY (ids) ORDER BY id LOOP
    place := place + 1;
    entry.number := (series.last_number + place)::text;
    entry.number := series.prefix
      || lpad(entry.number, greatest(series.digits, length(entry.number)), '0');
    entry.posted_at := sealed_at;
    entry.posted_by := sealed_by;
    previous := array_append(previous, link);
    link := accounting.entry_hash(link, entry);
    numbers := array_append(numbers, entry.number);
    links := array_append(links, link);
  END LOOP;
  UPDATE accounting.journal_entry AS target
     SET series_id = series.id, sequence = series.last_number + seal.place,
         number = seal.number, chain_seq = chain.length + seal.place,
         previous_hash = seal.previous, hash = seal.link,
         posted_at = sealed_at, posted_by = sealed_by
    FROM unnest(ids, numbers, previous, links) WITH ORDINALITY
      AS seal (id, number, previous, link, place)
   WHERE target.id = seal.id;
  UPDATE accounting.journal_chain SET length = length + place, hash = link
   WHERE journal_id = in_journal;
END $$
"""

SEAL_ENTRIES = """
CREATE FUNCTION accounting.seal_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  posted bigint[];
  series record;
BEGIN
  -- The first of a transaction's entries to get here seals them all, in one order of locks.
  IF (SELECT number FROM accounting.journal_entry WHERE id = NEW.id) IS NOT NULL THEN
    RETURN NULL;
  END IF;
  -- It mostly has the lowest id; below it the index holds nothing but what others left behind.
  SELECT array_agg(id ORDER BY id) INTO posted
    FROM accounting.journal_entry
   WHERE state = 'posted' AND number IS NULL AND id >= NEW.id;
  IF posted IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM accounting.refuse_unbalanced(posted);
  PERFORM accounting.refuse_closed(posted);
  FOR series IN
    SELECT entry.journal_id, period.fiscal_year_id, array_agg(entry.id ORDER BY entry.id) AS ids
      FROM accounting.journal_entry AS entry
      JOIN accounting.period AS period
        ON entry.date BETWEEN period.start_date AND period.end_date
     WHERE entry.id = ANY (posted)
     GROUP BY entry.journal_id, period.fiscal_year_id
     ORDER BY entry.journal_id, period.fiscal_year_id
  LOOP
    PERFORM accounting.seal_series(series.journal_id, series.fiscal_year_id, series.ids);
  END LOOP;
  INSERT INTO accounting.balance_tail (entry_id) SELECT unnest(posted);
  RETURN NULL;
END $$
"""

GUARD_ENTRY = """
CREATE FUNCTION accounting.guard_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.number IS NOT NULL THEN
    RAISE EXCEPTION 'entry % is posted and cannot be changed or deleted; reverse it', OLD.number
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'posted_entry_is_final';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  IF NEW.number IS NOT NULL AND current_user IS DISTINCT FROM
      (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
    RAISE EXCEPTION 'numbers and hashes are given when the transaction that posts commits'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$
"""

# The lock makes a line wait for a posting of its entry in another transaction, and that for it.
GUARD_LINES = """
CREATE FUNCTION accounting.guard_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  posted text;
BEGIN
  SELECT max(number) INTO posted
    FROM (SELECT entry.number FROM accounting.journal_entry AS entry
           WHERE entry.id IN (SELECT entry_id FROM changed) FOR SHARE) AS touched;
  IF posted IS NOT NULL THEN
    RAISE EXCEPTION 'entry % is posted: its lines cannot be changed; reverse it', posted
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'posted_entry_is_final';
  END IF;
  RETURN NULL;
END $$
"""

START_CHAIN = """
CREATE FUNCTION accounting.start_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO accounting.journal_chain (journal_id, length, hash)
    VALUES (NEW.id, 0, repeat('0', 64));
  RETURN NULL;
END $$
"""

ROLL_UP = """
CREATE FUNCTION accounting.roll_up_balances() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  entries bigint;
BEGIN
  PERFORM pg_advisory_xact_lock('accounting.balance_tail'::regclass::oid::bigint);
  WITH taken AS (
    DELETE FROM accounting.balance_tail RETURNING entry_id
  ), sums AS (
    SELECT line.account_id, line.currency, date_trunc('month', line.date)::date AS month,
           sum(line.debit) AS debit, sum(line.credit) AS credit
      FROM taken JOIN accounting.journal_line AS line ON line.entry_id = taken.entry_id
     GROUP BY 1, 2, 3
  ), merged AS (
    INSERT INTO accounting.period_balance AS known (account_id, currency, month, debit, credit)
      SELECT account_id, currency, month, debit, credit FROM sums
    ON CONFLICT (account_id, currency, month) DO UPDATE
      SET debit = known.debit + excluded.debit, credit = known.credit + excluded.credit
  )
  SELECT count(*) INTO entries FROM taken;
  RETURN entries;
END $$
"""

TRIGGERS = """
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON accounting.journal_entry
  FOR EACH ROW EXECUTE FUNCTION accounting.guard_entry();
CREATE CONSTRAINT TRIGGER seal AFTER INSERT OR UPDATE ON accounting.journal_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.state = 'posted' AND NEW.number IS NULL) EXECUTE FUNCTION accounting.seal_entries();
-- The audit trail keeps what was changed in drafts. A seal says itself who posted, and when.
CREATE TRIGGER audit_changes AFTER UPDATE ON accounting.journal_entry
  FOR EACH ROW WHEN (NEW.number IS NULL) EXECUTE FUNCTION core.audit_row();
CREATE TRIGGER audit_deletions AFTER DELETE ON accounting.journal_entry
  FOR EACH ROW EXECUTE FUNCTION core.audit_row();
CREATE TRIGGER guard_inserted AFTER INSERT ON accounting.journal_line
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION accounting.guard_lines();
CREATE TRIGGER guard_updated AFTER UPDATE ON accounting.journal_line
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION accounting.guard_lines();
CREATE TRIGGER guard_replaced AFTER UPDATE ON accounting.journal_line
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION accounting.guard_lines();
CREATE TRIGGER guard_deleted AFTER DELETE ON accounting.journal_line
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION accounting.guard_lines();
CREATE TRIGGER start_chain AFTER INSERT ON accounting.journal
  FOR EACH ROW EXECUTE FUNCTION accounting.start_chain()
"""

# The entries at hand are few beside all there are, which the planner cannot know of an array:
# left alone it might read whole tables, and longer the older the company is.
BY_INDEX = (
    "refuse_unbalanced(bigint[])",
    "refuse_closed(bigint[])",
    "seal_series(bigint, bigint, bigint[])",
    "roll_up_balances()",
)
NO_SCANS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")

RIGHTS = """
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA accounting FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounting.entry_hash(text, accounting.journal_entry),
  accounting.roll_up_balances() TO aorabooks_runtime
"""

FUNCTIONS = (
    ENTRY_HASH,
    REFUSE_UNBALANCED,
    REFUSE_CLOSED,
    SEAL_SERIES,
    SEAL_ENTRIES,
    GUARD_ENTRY,
    GUARD_LINES,
    START_CHAIN,
    ROLL_UP,
)


def upgrade() -> None:
    for function in FUNCTIONS:
        op.execute(function)
    for function in BY_INDEX:
        for setting in NO_SCANS:
            op.execute(f"ALTER FUNCTION accounting.{function} SET {setting} = off")
    op.execute(TRIGGERS)
    op.execute(RIGHTS)
