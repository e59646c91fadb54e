"""Open items by what somebody types: a number, a name, a word or an amount."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.models.bank import BankAccount
from addons.accounting.services.bank.formats.marks import plain_amount
from addons.accounting.services.settlement.items import open_items
from addons.accounting.services.settlement.values import OpenItem
from addons.contacts.api import contact_names

MOST: Final = 25


def search_items(
    session: Session, bank: BankAccount, amount: Decimal, wanted: str
) -> list[OpenItem]:
    """Items that hold all the words, those on the line's side and nearest in amount first."""
    words = wanted.casefold().split()
    figure = plain_amount(wanted.replace(",", "")) if wanted else None
    items = [item for item in open_items(session) if item.account_id != bank.account_id]
    names = contact_names(session, {item.partner_id for item in items})

    def said(item: OpenItem) -> str:
        name = names.get(item.partner_id or 0, "")
        parts = (item.number, item.reference, item.partner, name, item.text, item.account)
        return " ".join(parts).casefold()

    found = [
        item
        for item in items
        if (figure is not None and abs(item.owed) == abs(figure))
        or all(word in said(item) for word in words)
    ]
    found.sort(key=lambda item: ((item.owed > 0) != (amount > 0), abs(item.owed - amount)))
    return found[:MOST]
