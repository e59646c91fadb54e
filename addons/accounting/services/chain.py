"""Whether every posted entry still is what it was: recomputes the journals' hash chains."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

_BROKEN = text("""
WITH linked AS (
  SELECT entry.id, entry.number, entry.journal_id, entry.chain_seq, entry.hash,
         accounting.entry_hash(entry.previous_hash, entry) AS recomputed,
         entry.previous_hash,
         lag(entry.hash, 1, repeat('0', 64)) OVER chain AS predecessor,
         row_number() OVER chain AS place
    FROM accounting.journal_entry AS entry WHERE entry.number IS NOT NULL
  WINDOW chain AS (PARTITION BY entry.journal_id ORDER BY entry.chain_seq)
)
SELECT number FROM linked
 WHERE recomputed <> hash OR predecessor <> previous_hash OR place <> chain_seq
 ORDER BY journal_id, chain_seq
""")
_CUT = text("""
SELECT journal.code
  FROM accounting.journal_chain AS chain
  JOIN accounting.journal ON journal.id = chain.journal_id
  LEFT JOIN LATERAL (
    SELECT entry.chain_seq, entry.hash FROM accounting.journal_entry AS entry
     WHERE entry.journal_id = chain.journal_id AND entry.number IS NOT NULL
     ORDER BY entry.chain_seq DESC LIMIT 1) AS newest ON true
 WHERE chain.length <> coalesce(newest.chain_seq, 0)
    OR chain.hash <> coalesce(newest.hash, repeat('0', 64))
 ORDER BY journal.code
""")
_LENGTH = text("SELECT coalesce(sum(length), 0) FROM accounting.journal_chain")


@dataclass(frozen=True, slots=True)
class ChainReport:
    """How many entries were checked, which of them do not verify, which journals lack their end."""

    checked: int
    broken: tuple[str, ...]
    cut_journals: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.broken and not self.cut_journals


def verify(session: Session) -> ChainReport:
    """Recompute every hash from what is stored now."""
    return ChainReport(
        checked=int(session.scalar(_LENGTH) or 0),
        broken=tuple(session.scalars(_BROKEN)),
        cut_journals=tuple(session.scalars(_CUT)),
    )
