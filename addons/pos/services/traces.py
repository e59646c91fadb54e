"""Every receipt has one entry and every line one effect on the stock, no matter how often the tills
were cut off: what was booked is counted here, and held against what the books and the store count.

Both sides count by blocks of ids: how many there are and what their ids sum to. So millions are
compared in a moment, each addon reads its own tables alone, and a block that differs is named. What
was sold before the books, or the store, first heard of a till has no trace there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.catalog.api import TALLY_BLOCK, Tally, entries_tally, get_products, parts_of, stock
from core.api import Invariant, InvariantResult, msg

_SALE: Final = "pos.sale"
Counted = dict[int, tuple[int, int]]
"""How many ids are in each block, and their sum."""
# A receipt that comes to nothing, line by line, has nothing to post.
_POSTED: Final = text("""
SELECT id / :block AS block, count(*) AS documents, sum(id)::bigint AS ids FROM pos.sale
 WHERE id >= :first
   AND (due <> 0 OR EXISTS (SELECT 1 FROM pos.sale_line AS line
                             WHERE line.sale_id = sale.id AND (line.net <> 0 OR line.tax <> 0)))
 GROUP BY 1
""")
_SOLD: Final = text("SELECT DISTINCT product_id FROM pos.sale_line")
_MOVED: Final = text("""
SELECT id / :block AS block, count(*) AS documents, sum(id)::bigint AS ids FROM pos.sale_line
 WHERE id >= :first AND stock_quantity <> 0 AND product_id = ANY (:products)
 GROUP BY 1
""").bindparams(bindparam("products", type_=ARRAY(BIGINT)))


def _one_entry_each(session: Session) -> InvariantResult:
    known = entries_tally(session, _SALE)
    if not known:
        return InvariantResult(True, "0", "")
    return _held(_counted(session, _POSTED, known), known, "receipts")


def _one_effect_each(session: Session) -> InvariantResult:
    keeper = stock(session)
    known = {} if keeper is None else keeper.tally(session, _SALE)
    if not known:
        return InvariantResult(True, "0", "")
    counted = _counted(session, _MOVED, known, products=_goods(session))
    return _held(counted, known, "lines")


def _goods(session: Session) -> list[int]:
    """What was sold that is kept in a store, itself or by its parts."""
    sold = set(session.scalars(_SOLD))
    parts = parts_of(session, sold)
    inside = {part.product_id for own in parts.values() for part in own}
    products = get_products(session, sold | inside)

    def is_kept(key: int) -> bool:
        of = [part.product_id for part in parts.get(key, ())] or [key]
        return any(one in products and products[one].kind == "goods" for one in of)

    return sorted(key for key in sold if is_kept(key))


def _counted(session: Session, query: Any, known: Mapping[int, Tally], **more: Any) -> Counted:
    first = min(one.first for one in known.values())
    rows = session.execute(query, {"block": TALLY_BLOCK, "first": first, **more})
    return {row.block: (row.documents, row.ids) for row in rows}


def _held(counted: Counted, known: Mapping[int, Tally], what: str) -> InvariantResult:
    """What was counted here against what is known there, and where they first differ."""
    total = sum(count for count, _ in counted.values())
    figure = f"{total} = {sum(one.traces for one in known.values())}"
    for block in sorted({*counted, *known}):
        count, ids = counted.get(block, (0, 0))
        there = known.get(block)
        traces = (0, 0, 0) if there is None else (there.documents, there.traces, there.ids)
        if traces != (count, count, ids):
            start = block * TALLY_BLOCK
            told = f"{count} {what} from {start} to {start + TALLY_BLOCK - 1}, {traces[1]} there"
            return InvariantResult(False, figure, told)
    return InvariantResult(True, figure, "")


INVARIANTS: Final = (
    Invariant("pos.one_entry_each", msg("Each receipt of a till has one entry"), _one_entry_each),
    Invariant(
        "pos.one_stock_effect_each",
        msg("Goods of each line of a till were moved once"),
        _one_effect_each,
    ),
)
