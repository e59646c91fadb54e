"""What an entry's hash is made of, as a text that can be handed out; and sealing in sets.

The text is what `addons/accounting/services/ledger.py` describes, to the byte as before: an audit
pack holds it, so that anybody can compute the hash again. A large posting works it out for all of
its entries in one query, which leaves to the chain itself one SHA-256 an entry. An import copies
drafts and posts them by `post_drafts`, through the same checks and the same seal: that spares a
trigger call an entry, which found out each time that the first one had done everything.
"""

from __future__ import annotations

from alembic import op

revision = "0012_sealing"
down_revision = "0011_companies"

# Without settings of their own, these are written into the queries that call them. Nothing in
# them depends on a search path: what is not of pg_catalog is named with its schema.
LINE_CONTENT = """
CREATE FUNCTION accounting.line_content(version integer, line accounting.journal_line)
RETURNS json LANGUAGE sql STABLE AS $$
  SELECT CASE version
    WHEN 1 THEN pg_catalog.json_build_array(
      line.account_id::text, line.label, line.amount::text, line.currency,
      coalesce(line.original_amount::text, ''), line.original_currency,
      coalesce(line.quantity::text, ''), line.unit)
    ELSE pg_catalog.json_build_array(
      line.account_id::text, line.label, line.amount::text, line.currency,
      coalesce(line.original_amount::text, ''), line.original_currency,
      coalesce(line.quantity::text, ''), line.unit, coalesce(line.partner_id::text, ''),
      coalesce(pg_catalog.to_char(line.due_date, 'YYYY-MM-DD'), ''),
      line.tax_code, line.tax_role, coalesce(line.tax_base::text, ''),
      coalesce(line.analytic::text, ''))
  END
$$
"""

# Everything but what stands before it in the chain. Number, time and author are given, because
# an entry that is being sealed does not hold them yet.
ENTRY_CONTENT = """
CREATE FUNCTION accounting.entry_content(
  entry accounting.journal_entry, number text, posted_at timestamptz, posted_by text, lines json)
RETURNS text LANGUAGE sql STABLE AS $$
  SELECT pg_catalog.substr(CASE entry.hash_version
    WHEN 1 THEN pg_catalog.json_build_array(
      entry.id::text, entry.journal_id::text, number,
      pg_catalog.to_char(entry.date, 'YYYY-MM-DD'), entry.reference, entry.narration,
      entry.partner, coalesce(entry.partner_id::text, ''), coalesce(entry.source_type, ''),
      coalesce(entry.source_id, ''), coalesce(entry.reverses_id::text, ''),
      pg_catalog.to_char(posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      posted_by, lines)
    ELSE pg_catalog.json_build_array(
      entry.id::text, entry.journal_id::text, number,
      pg_catalog.to_char(entry.date, 'YYYY-MM-DD'), entry.reference, entry.narration,
      entry.partner, coalesce(entry.partner_id::text, ''), coalesce(entry.source_type, ''),
      coalesce(entry.source_id, ''), coalesce(entry.reverses_id::text, ''),
      coalesce(entry.branch_id::text, ''),
      pg_catalog.to_char(posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      posted_by, lines)
  END::text, 2)
$$
"""

PREIMAGE = """
CREATE FUNCTION accounting.preimage(version integer, previous text, content text)
RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE version WHEN 1 THEN '[' ELSE '["' || version::text || '", ' END
         || pg_catalog.to_json(previous)::text || ', ' || content
$$
"""

LINES_CONTENT = """
CREATE FUNCTION accounting.lines_content(entry accounting.journal_entry) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT json_agg(accounting.line_content(entry.hash_version, line)
                  ORDER BY line.position, line.id)
    FROM accounting.journal_line AS line WHERE line.entry_id = entry.id
$$
"""

ENTRY_HASH = """
CREATE OR REPLACE FUNCTION accounting.entry_hash(
  previous text, entry accounting.journal_entry) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT encode(sha256(convert_to(accounting.preimage(entry.hash_version, previous,
    accounting.entry_content(entry, entry.number, entry.posted_at, entry.posted_by,
                             accounting.lines_content(entry))), 'UTF8')), 'hex')
$$
"""

SEAL_SERIES = """
CREATE OR REPLACE FUNCTION accounting.seal_series(
  in_journal bigint, in_year bigint, ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
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
CREATE FUNCTION accounting.seal(posted bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  series record;
BEGIN
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
END $$
"""

SEAL_ENTRIES = """
CREATE OR REPLACE FUNCTION accounting.seal_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  posted bigint[];
BEGIN
  -- The first of a transaction's entries to get here seals them all, in one order of locks.
  IF (SELECT number FROM accounting.journal_entry WHERE id = NEW.id) IS NOT NULL THEN
    RETURN NULL;
  END IF;
  -- It mostly has the lowest id; below it the index holds nothing but what others left behind.
  SELECT array_agg(id ORDER BY id) INTO posted
    FROM accounting.journal_entry
   WHERE state = 'posted' AND number IS NULL AND id >= NEW.id;
  IF posted IS NOT NULL THEN
    PERFORM accounting.seal(posted);
  END IF;
  RETURN NULL;
END $$
"""

# The lock makes whoever changes a line of one of them wait, and this wait for them.
POST_DRAFTS = """
CREATE FUNCTION accounting.post_drafts(ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  drafts bigint[];
BEGIN
  SELECT array_agg(id ORDER BY id) INTO drafts
    FROM (SELECT id FROM accounting.journal_entry
           WHERE id = ANY (ids) AND state = 'draft' AND number IS NULL
           ORDER BY id FOR NO KEY UPDATE) AS locked;
  IF cardinality(drafts) IS DISTINCT FROM cardinality(ids) THEN
    RAISE EXCEPTION 'not all of these entries are drafts'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'entries_are_drafts';
  END IF;
  PERFORM accounting.seal(drafts);
END $$
"""

# A new entry without a number has nothing to hide: whoever inserts it need not be asked.
GUARD = """
DROP TRIGGER guard ON accounting.journal_entry;
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON accounting.journal_entry
  FOR EACH ROW EXECUTE FUNCTION accounting.guard_entry();
CREATE TRIGGER guard_new BEFORE INSERT ON accounting.journal_entry
  FOR EACH ROW WHEN (NEW.number IS NOT NULL OR NEW.hash_version <> 2)
  EXECUTE FUNCTION accounting.guard_entry()
"""

RIGHTS = """
REVOKE ALL ON FUNCTION
  accounting.line_content(integer, accounting.journal_line),
  accounting.entry_content(accounting.journal_entry, text, timestamptz, text, json),
  accounting.preimage(integer, text, text),
  accounting.lines_content(accounting.journal_entry),
  accounting.seal(bigint[]),
  accounting.post_drafts(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  accounting.line_content(integer, accounting.journal_line),
  accounting.entry_content(accounting.journal_entry, text, timestamptz, text, json),
  accounting.preimage(integer, text, text),
  accounting.lines_content(accounting.journal_entry),
  accounting.post_drafts(bigint[]) TO aorabooks_runtime
"""


# As in 0002: the entries at hand are few beside all there are, which the planner cannot know.
BY_INDEX = ("seal_series(bigint, bigint, bigint[])", "post_drafts(bigint[])")
FUNCTIONS = (
    LINE_CONTENT,
    ENTRY_CONTENT,
    PREIMAGE,
    LINES_CONTENT,
    ENTRY_HASH,
    SEAL_SERIES,
    SEAL,
    SEAL_ENTRIES,
    POST_DRAFTS,
)


def upgrade() -> None:
    for function in FUNCTIONS:
        op.execute(function)
    for function in BY_INDEX:
        for setting in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin"):
            op.execute(f"ALTER FUNCTION accounting.{function} SET {setting} = off")
    op.execute(GUARD)
    op.execute(RIGHTS)
