"""Work that nobody waits for: booking what tills sent, and telling of each day."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.pos.models import Operation
from addons.pos.services.booking.applying import apply_register
from addons.pos.services.booking.pending import APPLY, wake
from addons.pos.services.branch_mail import JOBS as DAY_JOBS
from core.api import Job, Schedule, msg, utc_now

LATE: Final = timedelta(minutes=5)


def apply(session: Session, *, register_id: int) -> None:
    """Book what waits at a register; running it twice finds nothing the second time."""
    apply_register(session, register_id)


def sweep(session: Session) -> None:
    """Ask again for what should have been booked long ago, as after a job that failed three
    times while the database was away."""
    now = utc_now()
    late = (
        select(Operation.register_id)
        .where(
            Operation.state == "accepted",
            Operation.waits_for.is_(None),
            Operation.received_at < now - LATE,
        )
        .distinct()
    )
    for register_id in sorted(session.scalars(late)):
        wake(session, register_id, f"sweep:{now:%Y%m%d%H%M}")


APPLY_JOB: Final = Job(APPLY, msg("Book what tills sent"), apply, never_blocked=True)
SWEEP_JOB: Final = Job(
    "pos.sweep",
    msg("Book what tills sent and was left behind"),
    sweep,
    schedule=Schedule("*/10 * * * *"),
    never_blocked=True,
)
JOBS: Final = (APPLY_JOB, SWEEP_JOB, *DAY_JOBS)
