"""Whoever posts holds a series for less long, and hands it to one who waits instead of to two.

Those who wait for a row wake twice before they have it: once to be the next, once to go on. A lock
of its own before the row wakes one of them, once. What needs no number is done before it is taken.
"""

from __future__ import annotations

from alembic import op

revision = "0015_waiting"
down_revision = "0014_incoming"

SEAL_SERIES = """
CREATE OR REPLACE FUNCTION accounting.seal_series(
  in_journal bigint, in_year bigint, ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  chain accounting.journal_chain;
  series accounting.number_series;
  item record;
  sealed_at timestamptz;
  sealed_by text := COALESCE(NULLIF(current_setting('aorabooks.actor', true), ''), session_user);
  link text;
  numbers text[] := '{}';
  previous text[] := '{}';
  links text[] := '{}';
BEGIN
  PERFORM pg_advisory_xact_lock('accounting.journal_chain'::regclass::oid::integer,
                                (in_journal % 2147483647)::integer);
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
  FOR item IN
    SELECT given.number, entry.hash_version AS version,
           accounting.entry_content(entry, given.number, sealed_at, sealed_by, line.content)
             AS content
      FROM (SELECT id, place, series.prefix || lpad((series.last_number + place)::text,
                     greatest(series.digits, length((series.last_number + place)::text)), '0')
                     AS number
              FROM unnest(ids) WITH ORDINALITY AS each (id, place)) AS given
      JOIN accounting.journal_entry AS entry ON entry.id = given.id
     CROSS JOIN LATERAL (SELECT json_agg(accounting.line_content(entry.hash_version, line)
                                         ORDER BY line.position, line.id) AS content
                           FROM accounting.journal_line AS line
                          WHERE line.entry_id = entry.id) AS line
     ORDER BY given.place
  LOOP
    numbers := array_append(numbers, item.number);
    previous := array_append(previous, link);
    link := encode(sha256(convert_to(
      accounting.preimage(item.version, link, item.content), 'UTF8')), 'hex');
    links := array_append(links, link);
  END LOOP;
  UPDATE accounting.journal_entry AS target
     SET state = 'posted', series_id = series.id, sequence = series.last_number + seal.place,
         number = seal.number, chain_seq = chain.length + seal.place,
         previous_hash = seal.previous, hash = seal.link,
         posted_at = sealed_at, posted_by = sealed_by
    FROM unnest(ids, numbers, previous, links) WITH ORDINALITY
      AS seal (id, number, previous, link, place)
   WHERE target.id = seal.id;
  UPDATE accounting.journal_chain SET length = length + cardinality(ids), hash = link
   WHERE journal_id = in_journal;
END $$
"""

SEAL = """
CREATE OR REPLACE FUNCTION accounting.seal(posted bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  series record;
BEGIN
  PERFORM accounting.refuse_unbalanced(posted);
  PERFORM accounting.refuse_closed(posted);
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
END $$
"""

# A change of a draft, and a seal by the functions that give it, have nothing to be asked.
GUARDS = """
DROP TRIGGER guard ON accounting.journal_entry;
CREATE TRIGGER guard BEFORE UPDATE ON accounting.journal_entry FOR EACH ROW
  WHEN (OLD.number IS NOT NULL OR NEW.hash_version <> 2
        OR NEW.number IS NOT NULL AND current_user <> 'aorabooks_owner')
  EXECUTE FUNCTION accounting.guard_entry();
CREATE TRIGGER guard_deleted BEFORE DELETE ON accounting.journal_entry FOR EACH ROW
  WHEN (OLD.number IS NOT NULL) EXECUTE FUNCTION accounting.guard_entry()
"""


def upgrade() -> None:
    op.execute(SEAL_SERIES)
    op.execute(SEAL)
    op.execute(GUARDS)
