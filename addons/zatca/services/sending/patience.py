"""When to try again: each document by itself, and an environment as a whole.

A document's pauses double, with chance in them, so that a thousand tills do not come back at the
same second. A circuit breaker stands before each environment: after some calls in a row that
nobody answered nothing is sent for a while, then one document alone. Its state is read off the log
of exchanges, so it needs no memory of its own and no process can lose it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.zatca.authority.answers import Outcome
from addons.zatca.models import Device, Exchange

FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(minutes=30)
LONGEST_ASKED: Final = timedelta(hours=2)
"""The authority may ask us to wait longer; a document's day has only so many hours."""

FAILURES_TO_OPEN: Final = 5
_LOOKED_AT: Final = 12
_FAILED: Final = frozenset({Outcome.NOT_RECEIVED.value, Outcome.UNKNOWN.value})
_CHANCE: Final = random.SystemRandom()


def pause_after(attempts: int, asked: float | None = None) -> timedelta:
    """How long to wait after so many attempts; not shorter than the authority asked for."""
    doubled = FIRST_PAUSE * 2 ** min(max(attempts, 1) - 1, 10)
    pause = min(doubled, LONGEST_PAUSE) * _CHANCE.uniform(0.75, 1.25)
    if asked is None:
        return pause
    return max(pause, min(timedelta(seconds=asked), LONGEST_ASKED))


@dataclass(frozen=True, slots=True)
class Breaker:
    """Whether an environment may be called: `failures` in a row, and until when it is `shut`."""

    failures: int
    shut_until: datetime | None

    def is_shut(self, now: datetime) -> bool:
        """Whether nothing may be sent now."""
        return self.shut_until is not None and now < self.shut_until

    @property
    def on_trial(self) -> bool:
        """Whether the next call decides, so that only one shall be made."""
        return self.failures >= FAILURES_TO_OPEN


def breaker(session: Session, environment: str) -> Breaker:
    """What the last exchanges with an environment say of it."""
    last = session.execute(
        select(Exchange.outcome, Exchange.at)
        .join(Device, Device.id == Exchange.device_id)
        .where(Device.environment == environment, Exchange.document_id.is_not(None))
        .order_by(Exchange.id.desc())
        .limit(_LOOKED_AT)
    ).all()
    failures = 0
    for outcome, _ in last:
        if outcome not in _FAILED:
            break
        failures += 1
    if failures < FAILURES_TO_OPEN:
        return Breaker(failures, None)
    rest = FIRST_PAUSE * 2 ** (failures - FAILURES_TO_OPEN)
    return Breaker(failures, last[0].at + min(rest, LONGEST_PAUSE))
