"""Locks on documents, always taken in one order: orders before bills before payments, each by id.
So two people who work on the same documents take turns, and never wait for each other.

The lock lets others refer to the document meanwhile: whoever writes a receipt of an order shares
its key, and could otherwise never be the next to lock it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.api import NotFound, Record, phrase

Document = TypeVar("Document", bound=Record)


def lock(session: Session, model: type[Document], key: int) -> Document:
    """The document as it is now, held until the commit; raises NotFound."""
    found = lock_all(session, model, [key])
    if not found:
        raise NotFound(phrase("There is no such document."))
    return found[key]


def lock_all(
    session: Session, model: type[Document], keys: Iterable[int | None]
) -> dict[int, Document]:
    """The documents as they are now, held until the commit, by their ids."""
    wanted = sorted({key for key in keys if key is not None})
    if not wanted:
        return {}
    session.flush()
    rows = session.scalars(
        select(model)
        .where(model.id.in_(wanted))
        .order_by(model.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}
