"""Recurring entries that could not be made, for the page of repairs."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models.recurring import RecurringEntry
from addons.accounting.permissions import POST_ENTRY
from addons.accounting.services.recurring.making import make_now
from core.api import Remedy, Trouble, msg, phrase, today


def stuck_recurring(session: Session) -> list[Trouble]:
    """Each recurring entry that something is in the way of, with what it is."""
    statement = (
        select(RecurringEntry)
        .where(RecurringEntry.active, RecurringEntry.problem != "")
        .order_by(RecurringEntry.id)
    )
    return [
        Trouble(
            key=f"recurring:{record.id}",
            title=phrase("“{name}” does not recur", name=record.name),
            cause=record.problem,
            url=f"/accounting/recurring-entries/{record.id}",
            remedy=Remedy(msg("Try again"), POST_ENTRY, run=partial(_again, key=record.id)),
        )
        for record in session.scalars(statement)
    ]


def _again(session: Session, key: int) -> str:
    made = make_now(session, session.get_one(RecurringEntry, key), today(session))
    return phrase("{count} recurring entries made.", count=len(made.entries))
