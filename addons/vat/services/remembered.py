"""What is read once for a transaction, however many entries are posted in it: taxes, and the types
of journals. Forgotten when the transaction ends, and when a tax is written within it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from addons.vat.models import Tax, TaxRate

T = TypeVar("T")
_PLACE: Final = "vat.remembered"


def remembered(session: Session, key: object, read: Callable[[], T]) -> T:
    """The value under this key, read if it is not known in this transaction."""
    kept: dict[object, Any] | None = session.info.get(_PLACE)
    if kept is None:
        kept = session.info[_PLACE] = {}
        event.listen(session, "after_flush", _forget_written)
        event.listen(session, "after_transaction_end", _forget)
    if key not in kept:
        kept[key] = read()
    return kept[key]


def _forget_written(session: Session, context: object) -> None:
    written = (*session.new, *session.dirty, *session.deleted)
    if any(isinstance(record, Tax | TaxRate) for record in written):
        session.info[_PLACE].clear()


def _forget(session: Session, transaction: SessionTransaction) -> None:
    # A flush is a transaction within one, too, and says nothing of others.
    if transaction.nested or transaction.parent is None:
        session.info[_PLACE].clear()
