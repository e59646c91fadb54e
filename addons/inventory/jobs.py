"""What happens in the store by night."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.inventory.options import OperationOptions
from addons.inventory.services.counts.plans import call_for_counts
from addons.inventory.services.reorder.asking import ask_by_themselves
from addons.inventory.services.reservations.reserving import reserve_waiting
from addons.inventory.services.transfers.days import reserve_until
from core.api import Job, Schedule, msg, options, today


def reserve_what_is_due(session: Session) -> None:
    """Promise what is free to the demands whose day is near, the oldest first."""
    until = reserve_until(session, options(session, OperationOptions))
    if until is not None:
        reserve_waiting(session, today(session), until=until)


def plan_counts(session: Session) -> None:
    """Make the counts that are due by their plans."""
    call_for_counts(session)


def replenish(session: Session) -> None:
    """Ask for what runs low, by the rules that ask by themselves."""
    ask_by_themselves(session)


JOBS: Final = (
    Job(
        "inventory.reserve",
        msg("Reserve goods for demands that are due"),
        reserve_what_is_due,
        schedule=Schedule("10 3 * * *"),
    ),
    Job(
        "inventory.plan_counts",
        msg("Make the counts that are due"),
        plan_counts,
        schedule=Schedule("20 3 * * *"),
    ),
    Job(
        "inventory.replenish",
        msg("Ask for goods that run low"),
        replenish,
        schedule=Schedule("30 3 * * *"),
    ),
)
