"""Jobs that release what customers kept back until a day that has come: one looks what is due, one
works on each."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.sales.services.releasing import ONE_RETENTION, ask_for_due, release_one
from core.api import Job, Schedule, msg, phrase, today


def find_due(session: Session) -> str:
    """Ask for the release of what was kept back until today, or until a day before."""
    count = ask_for_due(session, today(session))
    return phrase("{count} retentions are due", count=str(count))


def release(session: Session, invoice_id: int) -> None:
    """Release one of them."""
    release_one(session, invoice_id, today(session))


JOBS: Final = (
    Job(
        "sales.retentions",
        msg("Find retentions that are due"),
        find_due,
        schedule=Schedule("25 2 * * *"),
    ),
    Job(ONE_RETENTION, msg("Ask for what a customer kept back"), release),
)
