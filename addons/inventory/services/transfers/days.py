"""Days as the company's clock has them."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from addons.inventory.options import OperationOptions
from core.api import today


def reserve_until(session: Session, decided: OperationOptions) -> date | None:
    """Up to which day demands are promised goods by themselves; None where people do it."""
    if decided.reserve == "by_hand":
        return None
    if decided.reserve == "at_once":
        return date.max
    return today(session) + timedelta(days=max(decided.reserve_days, 0))
