"""What is always true of electronic invoices. Signatures are for the chain doctor: these statements
are cheap enough to be asked every night."""

from __future__ import annotations

from typing import Final

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from addons.zatca.documents.values import FIRST_PREVIOUS_HASH
from core.api import Invariant, InvariantResult, msg

# What a till signed may still be on its way, or refused: the chain doctor tells of such gaps.
_LINKS: Final = text("""
SELECT count(*), min(seen.number) FROM (
  SELECT number, counter, previous_hash, held_by, coalesce(lag(hash) OVER own, :first) AS before,
         counter <> coalesce(lag(counter) OVER own, 0) + 1 AS jumps
    FROM zatca.document JOIN zatca.device ON device.id = device_id
  WINDOW own AS (PARTITION BY device_id ORDER BY counter)) AS seen
 WHERE CASE WHEN seen.jumps THEN seen.held_by = 'server'
            ELSE seen.previous_hash <> seen.before END
""")
_ENDS: Final = text("""
SELECT count(*), min(device.name) FROM zatca.device
  LEFT JOIN zatca.chain_end AS own ON own.device_id = device.id
  LEFT JOIN LATERAL (SELECT counter, hash FROM zatca.document WHERE device_id = device.id
                      ORDER BY counter DESC LIMIT 1) AS last ON true
 WHERE coalesce(own.next_counter, 1) <> coalesce(last.counter, 0) + 1
    OR last.hash IS NOT NULL AND own.last_hash <> last.hash
""")
_FOLLOWED: Final = text("""
SELECT count(*), min(number) FROM zatca.document AS old
 WHERE (state = 'SUPERSEDED') <> EXISTS (SELECT 1 FROM zatca.document
                                          WHERE supersedes_id = old.id)
""")


def _links_follow(session: Session) -> InvariantResult:
    return _none(session, _LINKS.bindparams(first=FIRST_PREVIOUS_HASH))


def _chains_end(session: Session) -> InvariantResult:
    return _none(session, _ENDS)


def _superseded_are_followed(session: Session) -> InvariantResult:
    return _none(session, _FOLLOWED)


def _none(session: Session, statement: TextClause) -> InvariantResult:
    count, first = session.execute(statement).one()
    return InvariantResult(not count, str(count), f"{first} is the first" if count else "")


INVARIANTS: Final = (
    Invariant("zatca.links", msg("Each electronic invoice follows the one before"), _links_follow),
    Invariant("zatca.ends", msg("Chains end where their devices believe"), _chains_end),
    Invariant("zatca.followed", msg("What was superseded is followed"), _superseded_are_followed),
)
