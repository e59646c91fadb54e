"""What is always true of the tills."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from addons.pos.services.operations.envelopes import canonical_form, hash_of
from core.api import Invariant, InvariantResult, msg, utc_now

LATE: Final = timedelta(hours=24)
_STUCK: Final = text("""
SELECT count(*), min(sync_id) FROM pos.operation
 WHERE state = 'accepted' AND waits_for IS NULL AND received_at < :since
""")
_ONE_EACH: Final = text("""
SELECT (SELECT count(*) FROM pos.operation WHERE state = 'done' AND type IN ('sale', 'refund')),
       (SELECT count(*) FROM pos.sale),
       (SELECT min(sync_id) FROM pos.operation AS operation
         WHERE operation.state = 'done' AND operation.type IN ('sale', 'refund')
           AND NOT EXISTS (SELECT 1 FROM pos.sale WHERE sale.operation_id = operation.id)),
       (SELECT min(sale.number) FROM pos.sale
          LEFT JOIN pos.operation ON operation.id = sale.operation_id
         WHERE operation.id IS NULL OR operation.state <> 'done' OR operation.type <> sale.kind)
""")
_SUMS: Final = text("""
SELECT count(*), min(sale.number) FROM pos.sale
 WHERE sale.net <> (SELECT coalesce(sum(net), 0) FROM pos.sale_line WHERE sale_id = sale.id)
    OR sale.tax <> (SELECT coalesce(sum(tax), 0) FROM pos.sale_line WHERE sale_id = sale.id)
    OR sale.due <> (SELECT coalesce(sum(amount), 0) FROM pos.sale_payment WHERE sale_id = sale.id)
""")
_SERIES: Final = text("""
SELECT count(*), min(seen.binding_id) FROM (
  SELECT binding_id, seq, row_number() OVER (PARTITION BY binding_id ORDER BY seq) AS place
    FROM pos.operation) AS seen
 WHERE seen.seq <> seen.place
""")
_CHAIN: Final = text("""
SELECT count(*), min(seen.sync_id) FROM (
  SELECT operation.sync_id, operation.prev_hash,
         EXISTS (SELECT 1 FROM pos.operation_change AS change
                  WHERE change.operation_id = operation.id)
           OR operation.state IN ('quarantined', 'dropped') AS known,
         coalesce(lag(operation.hash) OVER own, binding.chain) AS before
    FROM pos.operation JOIN pos.binding ON binding.id = operation.binding_id
  WINDOW own AS (PARTITION BY operation.binding_id ORDER BY operation.seq)) AS seen
 WHERE seen.prev_hash <> seen.before AND NOT seen.known
""")
# Of what was mended, was too large or came damaged, not all is kept that its hash was made of.
_CONTENTS: Final = text("""
SELECT id, sync_id, hash, content FROM pos.operation
 WHERE id > :after AND state IN ('accepted', 'done')
   AND content #> '{payload,signed,size}' IS NULL
   AND NOT EXISTS (SELECT 1 FROM pos.operation_change WHERE operation_id = operation.id)
 ORDER BY id LIMIT 1000
""")
_ENDS: Final = text("""
SELECT count(*), min(id) FROM pos.binding
 WHERE next_seq <> coalesce((SELECT max(seq) + 1 FROM pos.operation
                              WHERE binding_id = binding.id), 1)
    OR last_hash <> coalesce((SELECT hash FROM pos.operation WHERE binding_id = binding.id
                               ORDER BY seq DESC LIMIT 1), chain)
""")


def _none_is_stuck(session: Session) -> InvariantResult:
    count, first = session.execute(_STUCK, {"since": utc_now() - LATE}).one()
    return InvariantResult(not count, str(count), f"{first} waits" if count else "")


def _one_sale_each(session: Session) -> InvariantResult:
    done, sales, missing, foreign = session.execute(_ONE_EACH).one()
    wrong = []
    if missing is not None:
        wrong.append(f"{missing} has no receipt")
    if foreign is not None:
        wrong.append(f"{foreign} is of nothing that was booked")
    return InvariantResult(not wrong and done == sales, f"{done} = {sales}", "; ".join(wrong))


def _sums_agree(session: Session) -> InvariantResult:
    count, first = session.execute(_SUMS).one()
    return InvariantResult(not count, str(count), f"{first} does not add up" if count else "")


def _series_are_whole(session: Session) -> InvariantResult:
    count, first = session.execute(_SERIES).one()
    ends, cut = session.execute(_ENDS).one()
    wrong = sorted({f"binding {one}" for one in (first, cut) if one is not None})
    return InvariantResult(not wrong, str(count + ends), ", ".join(wrong))


def _contents(session: Session) -> Iterator[Row[Any]]:
    """A thousand at a time: there may be millions."""
    after = 0
    while found := session.execute(_CONTENTS, {"after": after}).all():
        yield from found
        after = found[-1].id


def _chains_verify(session: Session) -> InvariantResult:
    count, first = session.execute(_CHAIN).one()
    wrong = [f"{first} does not follow"] if count else []
    changed = [
        row.sync_id
        for row in _contents(session)
        if hash_of(canonical_form(row.content)) != row.hash
    ]
    if changed:
        wrong.append(f"{changed[0]} says something else")
    return InvariantResult(not wrong, str(count + len(changed)), "; ".join(wrong))


INVARIANTS: Final = (
    Invariant("pos.none_stuck", msg("What tills sent has been booked"), _none_is_stuck),
    Invariant("pos.one_sale_each", msg("Each receipt of a till is booked once"), _one_sale_each),
    Invariant("pos.sums", msg("Receipts of tills add up"), _sums_agree),
    Invariant("pos.series", msg("What tills sent has no gap"), _series_are_whole),
    Invariant("pos.chains", msg("What tills sent was not changed"), _chains_verify),
)
