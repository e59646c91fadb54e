"""Sealing asks less: most of what it cost was starting statements and functions, not their work.

What is checked of an entry's lines is worked out where they are read to be hashed, and the days of
all entries are looked at in one question. The functions that say what is wrong, in words, are asked
where something is. A large posting adds up what it was given in one pass, instead of looking the
lines of each entry up again.

`accounting.seal` stays for transactions that are in the middle of it. Nothing calls it any more.
"""

from __future__ import annotations

from alembic import op

revision = "0020_fewer_steps"
down_revision = "0019_invoiced_ahead"

# The share lock makes a closing wait for the entries being sealed, and these for a closing.
SEAL_ENTRIES = """
CREATE OR REPLACE FUNCTION accounting.seal_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  posted bigint[];
  series record;
BEGIN
  -- The first of a transaction's entries to get here seals them all, in one order of locks. It
  -- mostly has the lowest id; below it the index holds nothing but what others left behind.
  SELECT ARRAY(SELECT id FROM accounting.journal_entry
                WHERE state = 'posted' AND number IS NULL AND id >= NEW.id ORDER BY id)
    INTO posted
    FROM accounting.journal_entry WHERE id = NEW.id AND number IS NULL;
  IF posted IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM 1 FROM accounting.period AS period
    WHERE EXISTS (SELECT 1 FROM accounting.journal_entry AS entry
                   WHERE entry.id = ANY (posted)
                     AND entry.date BETWEEN period.start_date AND period.end_date)
    ORDER BY period.id FOR SHARE;
  IF EXISTS (SELECT 1 FROM accounting.journal_entry AS entry
              WHERE entry.id = ANY (posted)
                AND (NOT EXISTS (SELECT 1 FROM accounting.period
                                  WHERE entry.date BETWEEN start_date AND end_date
                                    AND state = 'open')
                     OR EXISTS (SELECT 1 FROM accounting.period
                                 WHERE state <> 'open' AND start_date > entry.date)
                     OR EXISTS (SELECT 1 FROM accounting.lock_date WHERE until >= entry.date))) THEN
    PERFORM accounting.refuse_closed(posted);
  END IF;
  INSERT INTO accounting.balance_tail (entry_id) SELECT unnest(posted);
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
  RETURN NULL;
END $$
"""

# An entry of one currency balances when its sum is zero; what does not is looked at again. This has
# no settings of its own: `seal_entries` alone calls it, and each would be set for every entry.
SEAL_SERIES = """
CREATE OR REPLACE FUNCTION accounting.seal_series(
  in_journal bigint, in_year bigint, ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  chain accounting.journal_chain;
  series accounting.number_series;
  sealed_at timestamptz;
  sealed_by text := COALESCE(NULLIF(current_setting('aorabooks.actor', true), ''), session_user);
  entries bigint := cardinality(ids);
  each bigint;
  is_plain boolean;
BEGIN
  PERFORM pg_advisory_xact_lock('accounting.journal_chain'::regclass::oid::integer,
                                (in_journal % 2147483647)::integer);
  SELECT * INTO STRICT chain FROM accounting.journal_chain
    WHERE journal_id = in_journal FOR UPDATE;
  sealed_at := clock_timestamp();
  UPDATE accounting.number_series SET last_number = last_number + entries
    WHERE journal_id = in_journal AND fiscal_year_id = in_year
    RETURNING * INTO series;
  IF NOT FOUND THEN
    INSERT INTO accounting.number_series AS known
        (journal_id, fiscal_year_id, prefix, digits, last_number)
      SELECT journal.id, year.id,
             replace(replace(journal.number_prefix, '{journal}', journal.code),
                     '{year}', year.name),
             journal.number_digits, entries
        FROM accounting.journal AS journal, accounting.fiscal_year AS year
       WHERE journal.id = in_journal AND year.id = in_year
      ON CONFLICT (journal_id, fiscal_year_id)
        DO UPDATE SET last_number = known.last_number + excluded.last_number
      RETURNING * INTO STRICT series;
  END IF;
  series.last_number := series.last_number - entries;
  FOREACH each IN ARRAY ids LOOP
    series.last_number := series.last_number + 1;
    chain.length := chain.length + 1;
    UPDATE accounting.journal_entry AS entry
       SET series_id = series.id, sequence = series.last_number, number = given.number,
           chain_seq = chain.length, previous_hash = chain.hash,
           hash = encode(sha256(convert_to(accounting.preimage(
             entry.hash_version, chain.hash,
             accounting.entry_content(entry, given.number, sealed_at, sealed_by, given.content)),
             'UTF8')), 'hex'),
           posted_at = sealed_at, posted_by = sealed_by
      FROM (SELECT series.prefix || lpad(series.last_number::text, greatest(
                     series.digits, length(series.last_number::text)), '0') AS number,
                   json_agg(accounting.line_content(of_entry.hash_version, line)
                            ORDER BY line.position, line.id) AS content,
                   count(line.id) > 1 AND sum(line.amount) = 0
                     AND min(line.currency) = max(line.currency) AS is_plain
              FROM accounting.journal_entry AS of_entry
              LEFT JOIN accounting.journal_line AS line ON line.entry_id = of_entry.id
             WHERE of_entry.id = each) AS given
     WHERE entry.id = each
     RETURNING entry.hash, given.is_plain INTO STRICT chain.hash, is_plain;
    IF is_plain IS NOT TRUE THEN
      PERFORM accounting.refuse_unbalanced(ARRAY[each]);
    END IF;
  END LOOP;
  UPDATE accounting.journal_chain SET length = chain.length, hash = chain.hash
   WHERE journal_id = in_journal;
END $$
"""

# What was given is what was written, and nothing else: the ids are new, and these their only lines.
# In quotes of its own, because the function's text is taken from the database.
ADD_UP = """
DO $do$
DECLARE
  known text := pg_get_functiondef('accounting.post_incoming()'::regprocedure);
BEGIN
  known := replace(known, $old$  mine bigint := txid_current();$old$,
    $new$  mine bigint := txid_current();
  unsure bigint[];$new$);
  known := replace(known, $old$  PERFORM accounting.refuse_unbalanced(posted);
$old$, '');
  EXECUTE replace(known, $old$  DELETE FROM accounting.incoming_line$old$, $new$
  unsure := ARRAY(
    SELECT entry.id FROM accounting.incoming_entry AS entry
      LEFT JOIN accounting.incoming_line AS line ON line.entry_id = entry.id AND line.batch = mine
     WHERE entry.batch = mine
     GROUP BY entry.id
    HAVING (count(line.entry_id) > 1 AND sum(line.amount) = 0
            AND min(line.currency) = max(line.currency)) IS NOT TRUE);
  IF cardinality(unsure) > 0 THEN
    PERFORM accounting.refuse_unbalanced(unsure);
  END IF;
  DELETE FROM accounting.incoming_line$new$);
END $do$
"""


def upgrade() -> None:
    """Put the new functions in the place of the old."""
    op.execute(SEAL_SERIES)
    op.execute(SEAL_ENTRIES)
    op.execute(ADD_UP)


def downgrade() -> None:
    """Nothing: the version before does as well with these."""
