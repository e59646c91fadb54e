"""What the books settled of bills and payments by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.purchases.models import Bill, Payment
from addons.purchases.services.locking import lock_all
from addons.purchases.services.payments.balances import refresh_bills, refresh_payments


def follow_books(
    session: Session, bills: Mapping[int, Decimal], payments: Mapping[int, Decimal]
) -> None:
    """Bring what is paid of these bills, and left of these payments, into step with how much the
    books settled of each, in its currency."""
    refresh_bills(session, lock_all(session, Bill, bills).values(), bills)
    refresh_payments(session, lock_all(session, Payment, payments).values(), payments)
