"""Which documents this transaction has locked, or written, already.

Nobody else can have changed them since, so whoever locks them again on the way gets the very
records, and nothing is asked of the database a second time. What a savepoint locked is free again
when it is rolled back, and everything when the transaction ends: then it is forgotten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final, TypeVar

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session, SessionTransaction

from addons.sales.models import Invoice, Payment, SalesOrder

Document = TypeVar("Document", SalesOrder, Invoice, Payment)
_PLACE: Final = "sales.held"
_MOST: Final = 64
"""As many are remembered, the latest: what is forgotten is asked for again, and no more."""
_Held = dict[tuple[type[Any], int], Any]


def hold(session: Session, documents: Iterable[SalesOrder | Invoice | Payment]) -> None:
    """Remember documents that this transaction has locked with all that belongs to them, or has
    just written."""
    known: _Held | None = session.info.get(_PLACE)
    if known is None:
        known = session.info[_PLACE] = {}
        event.listen(session, "after_transaction_end", _forget)
    for document in documents:
        known[type(document), document.id] = document
    while len(known) > _MOST:
        del known[next(iter(known))]


def held(
    session: Session, model: type[Document], ids: Collection[int]
) -> dict[int, Document] | None:
    """These documents by ascending id, if this transaction holds every one of them."""
    known: _Held = session.info.get(_PLACE, {})
    found = {one: known.get((model, one)) for one in sorted(ids)}
    if all(document is not None and inspect(document).persistent for document in found.values()):
        return found  # type: ignore[return-value]
    return None


def _forget(session: Session, transaction: SessionTransaction) -> None:
    # A flush is a transaction within one, too, and frees nothing.
    if transaction.nested or transaction.parent is None:
        session.info[_PLACE].clear()
