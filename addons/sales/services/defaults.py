"""What a company cannot sell without: reasons why quotations are lost."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.sales.models import LostReason

_REASONS: Final = ("Price", "Delivery time", "Another supplier", "No need any more", "No answer")


def install_reasons(session: Session) -> None:
    """Common reasons, where there are none yet."""
    if not session.scalar(select(func.count(LostReason.id))):
        session.add_all(LostReason(name=name) for name in _REASONS)
        session.flush()
