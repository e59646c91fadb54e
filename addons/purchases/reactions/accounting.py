"""When the books settle a bill or a payment, or undo that, the documents follow in the same
transaction. And budgets ask here what is ordered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.api import (
    BudgetCommitments,
    ItemsSettled,
    SettlementUndone,
    account_codes,
    settled_documents,
)
from addons.purchases.services.commitments import committed
from addons.purchases.services.settlements import follow_books
from core.api import Extension, on

BILL: Final = "purchases.bill"
PAYMENT: Final = "purchases.payment"


@on(ItemsSettled)
def follow_settlement(session: Session, event: ItemsSettled) -> None:
    """What was settled in the books beyond the payments made here is paid, too."""
    _follow(session, event.settlement_id)


@on(SettlementUndone)
def follow_undoing(session: Session, event: SettlementUndone) -> None:
    """What was undone is open again."""
    _follow(session, event.settlement_id)


def _follow(session: Session, settlement_id: int) -> None:
    bills: dict[int, Decimal] = {}
    payments: dict[int, Decimal] = {}
    for document in settled_documents(session, settlement_id):
        found = {BILL: bills, PAYMENT: payments}.get(document.source_type)
        if found is not None:
            found[int(document.source_id)] = document.settled
    follow_books(session, bills, payments)


class OrderedCommitments:
    """What is ordered and not billed yet (accounting's `BudgetCommitments`)."""

    def committed(
        self,
        session: Session,
        account_ids: Collection[int],
        start: date,
        end: date,
        branch_id: int | None,
        /,
    ) -> Decimal:
        """By the account that each line of an order names."""
        codes = account_codes(session, account_ids).values()
        return committed(session, list(codes), start, end, branch_id)


EXTENSIONS: Final = (Extension(BudgetCommitments, "purchases", OrderedCommitments()),)
