"""What keeps the books from going on, for the page of repairs."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from addons.accounting.permissions import CLOSE_PERIOD
from addons.accounting.services.calendar import period_of
from addons.accounting.services.closing import doing
from core.api import Remedy, Trouble, msg, phrase, today


def closed_today(session: Session) -> list[Trouble]:
    """Today lies in a period that was closed, so that whatever happens today cannot be posted.
    One that is locked stays so; nothing brings it back."""
    now = today(session)
    period = period_of(session, now)
    if period is None or period.state == "open":
        return []
    may_reopen = period.state == "closed" and period.fiscal_year.state == "open"
    return [
        Trouble(
            key=f"period:{period.id}",
            title=phrase("Nothing can be posted with today's date"),
            cause=phrase(
                "{day} is in period {period}, which is closed."
                if period.state == "closed"
                else "{day} is in period {period}, which is locked for good.",
                day=now,
                period=period.name,
            ),
            url=f"/accounting/closing/{period.id}",
            remedy=Remedy(msg("Reopen it"), CLOSE_PERIOD, run=partial(_reopen, period_id=period.id))
            if may_reopen
            else None,
        )
    ]


def _reopen(session: Session, period_id: int) -> str:
    reason = phrase("Nothing could be posted with the day's date.")
    period = doing.reopen(session, period_id, reason)
    return phrase("{name} is open again.", name=period.name)
