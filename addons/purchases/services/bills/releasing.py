"""Releasing a bill that differs, so that it is paid all the same."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.purchases.models import Bill
from addons.purchases.services.bills.writing import bill_title
from addons.purchases.services.locking import lock
from core.api import Conflict, actor, phrase, utc_now


def release_bill(session: Session, bill: Bill) -> Bill:
    """Let a posted bill be paid although it differs; who did it is kept, and why it differed.
    Raises Conflict where nothing speaks against paying it."""
    bill = lock(session, Bill, bill.id)
    if bill.state != "posted" or bill.match != "no":
        raise Conflict(
            phrase("Nothing speaks against paying {bill}.", bill=bill_title(bill)),
            fix=phrase("Only a posted bill that differs is released."),
        )
    bill.match = "released"
    bill.released_by, bill.released_at = actor(session).name, utc_now()
    session.flush()
    return bill
