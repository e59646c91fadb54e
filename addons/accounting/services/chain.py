"""Whether every posted entry still is what it was: recomputes the journals' hash chains.

What is found is named: an entry whose content is not that of its hash, a link that does not follow
the one before it, places of a chain that are empty, a chain that was cut off. The last is known
from the length that the chain keeps of itself, and, for whoever changes that too, from what a
witness outside the database noted of it (`core.tenancy.witness`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.api import note_chain, noted_chains

_BROKEN = text("""
WITH linked AS (
  SELECT entry.number, entry.journal_id, entry.chain_seq, entry.hash, entry.previous_hash,
         encode(sha256(convert_to(accounting.preimage(
           entry.hash_version, entry.previous_hash,
           accounting.entry_content(entry, entry.number, entry.posted_at, entry.posted_by,
                                    line.content)), 'UTF8')), 'hex') AS recomputed,
         lag(entry.hash, 1, repeat('0', 64)) OVER chain AS predecessor,
         lag(entry.chain_seq, 1, 0::bigint) OVER chain AS before
    FROM accounting.journal_entry AS entry
   CROSS JOIN LATERAL (SELECT json_agg(accounting.line_content(entry.hash_version, line)
                                       ORDER BY line.position, line.id) AS content
                         FROM accounting.journal_line AS line
                        WHERE line.entry_id = entry.id) AS line
   WHERE entry.number IS NOT NULL
  WINDOW chain AS (PARTITION BY entry.journal_id ORDER BY entry.chain_seq)
)
SELECT linked.number, journal.code, linked.chain_seq, linked.before,
       linked.recomputed IS DISTINCT FROM linked.hash AS other_content,
       linked.predecessor <> linked.previous_hash AS other_link
  FROM linked JOIN accounting.journal ON journal.id = linked.journal_id
 WHERE linked.recomputed IS DISTINCT FROM linked.hash
    OR linked.predecessor <> linked.previous_hash OR linked.before + 1 <> linked.chain_seq
 ORDER BY linked.journal_id, linked.chain_seq
""")
_ENDS = text("""
SELECT journal.id, journal.code, chain.length, chain.hash,
       coalesce(newest.chain_seq, 0) AS found, coalesce(newest.hash, repeat('0', 64)) AS link
  FROM accounting.journal_chain AS chain
  JOIN accounting.journal ON journal.id = chain.journal_id
  LEFT JOIN LATERAL (
    SELECT entry.chain_seq, entry.hash FROM accounting.journal_entry AS entry
     WHERE entry.journal_id = chain.journal_id AND entry.number IS NOT NULL
     ORDER BY entry.chain_seq DESC LIMIT 1) AS newest ON true
 ORDER BY journal.code
""")
_LINK = text("""
SELECT hash FROM accounting.journal_entry
 WHERE journal_id = :journal AND chain_seq = :position AND number IS NOT NULL
""")
_LENGTH = text("SELECT coalesce(sum(length), 0) FROM accounting.journal_chain")


@dataclass(frozen=True, slots=True)
class ChainReport:
    """How many entries were checked, and what is wrong: `broken` are the numbers of entries that
    do not verify, `cut_journals` the journals that lack their end, `findings` say each in words."""

    checked: int
    broken: tuple[str, ...]
    cut_journals: tuple[str, ...]
    findings: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.findings


def verify(session: Session) -> ChainReport:
    """Recompute every hash from what is stored now."""
    broken = session.execute(_BROKEN).all()
    cut = dict(_cut(session))
    return ChainReport(
        checked=int(session.scalar(_LENGTH) or 0),
        broken=tuple(row.number for row in broken),
        cut_journals=tuple(cut),
        findings=(*(_finding(row) for row in broken), *cut.values()),
    )


def have_witnessed(session: Session) -> None:
    """Have where each chain stands noted outside this database."""
    for row in session.execute(_ENDS):
        if row.length:
            note_chain(session, _name(row.id), row.length, row.hash)


def _finding(row: object) -> str:
    number, journal, place, before, other_content, other_link = row  # type: ignore[misc]
    said = []
    if other_content:
        said.append("its content is not what was posted")
    if place != before + 1:
        gap = f"{before + 1}" if place == before + 2 else f"{before + 1} to {place - 1}"
        said.append(f"link {gap} of journal {journal} before it is missing")
    elif other_link:
        said.append("it does not follow the entry before it")
    return f"{number}: {', '.join(said)}"


def _cut(session: Session) -> Iterator[tuple[str, str]]:
    """Journals without their end, each with a sentence on what is missing."""
    noted = noted_chains(session)
    for row in session.execute(_ENDS).all():
        if (row.length, row.hash) != (row.found, row.link):
            yield row.code, f"end of {row.code}: {row.found} links are left of {row.length}"
            continue
        known = noted.get(_name(row.id))
        if known is None:
            continue
        values = {"journal": row.id, "position": known.position}
        if row.length < known.position:
            yield (
                row.code,
                f"end of {row.code}: {row.length} links are left of the {known.position}"
                f" that were witnessed on {known.at:%Y-%m-%d}",
            )
        elif session.scalar(_LINK, values) != known.digest:
            yield (
                row.code,
                f"{row.code}: link {known.position} is not the one that was witnessed on"
                f" {known.at:%Y-%m-%d}",
            )


def _name(journal_id: int) -> str:
    return f"accounting.journal:{journal_id}"
