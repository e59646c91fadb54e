"""When the books settle invoices and payments by themselves: the documents follow. And what sales
know to be owed to bearers of gift cards and points, so that the books can be held against it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.api import (
    ItemsSettled,
    OwedInGoods,
    SettlementUndone,
    settled_documents,
)
from addons.sales.services.gift_cards.worth import outstanding
from addons.sales.services.loyalty.worth import put_off
from addons.sales.services.settled_by_books import (
    INVOICE,
    PAYMENT,
    InBooks,
    note_settled,
    note_undone,
)
from core.api import Extension, on


@on(ItemsSettled)
def follow_settlement(session: Session, event: ItemsSettled) -> None:
    """Enter what the books settled beyond the payments of sales."""
    found = _documents(session, event.settlement_id)
    if found:
        note_settled(session, event.settlement_id, event.day, found)


@on(SettlementUndone)
def follow_undoing(session: Session, event: SettlementUndone) -> None:
    """What was settled is open again."""
    found = _documents(session, event.settlement_id)
    if found:
        note_undone(session, event.settlement_id, found)


def _documents(session: Session, settlement_id: int) -> list[InBooks]:
    return [
        InBooks(one.source_type, int(one.source_id), one.settled)
        for one in settled_documents(session, settlement_id)
        if one.source_type in (INVOICE, PAYMENT)
    ]


class CardsAndPoints:
    """What the cards and the points say by themselves."""

    def gift_cards(self, session: Session, /) -> Mapping[str, Decimal]:
        """What is left on gift cards, by currency."""
        return outstanding(session)

    def points(self, session: Session, /) -> Decimal:
        """What sales were put off for points, in the company's currency."""
        return put_off(session)


EXTENSIONS: Final = (Extension(OwedInGoods, "sales", CardsAndPoints()),)
