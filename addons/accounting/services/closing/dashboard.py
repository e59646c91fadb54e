"""What the start page says of closing."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Period
from addons.accounting.services.closing.checklist import checklist
from core.api import Amount, today


def steps_left(session: Session) -> list[Amount]:
    """How many steps of the last month that is over are neither done nor left out; none where it
    is closed, nothing to say where there was no month yet."""
    over = select(Period).where(Period.end_date < today(session))
    period = session.scalar(over.order_by(Period.end_date.desc()).limit(1))
    if period is None:
        return []
    if period.state != "open":
        return [Amount(0)]
    return [Amount(sum(not view.settled for view in checklist(session, period)))]
