"""Slows down guessing without ever locking a person out.

Failures are counted per account and network, per network, and per account from anywhere. The
delay grows with each failure up to a cap; trying while it lasts changes nothing. The counter
of an account as a whole is the only one that strangers can fill for somebody else, so its
delay is short, and a browser in which the person has signed in before does not ask it at all.

A failure that lies further in the future than the longest delay shows that the clock has
jumped back; it delays nobody, so that a wrong clock cannot lock a tenant out for a day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final

from sqlalchemy import case, delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.auth.models import LoginFailures
from core.db.base import utc_now
from core.errors import TooManyRequests
from core.i18n import phrase

FORGET_AFTER: Final = timedelta(hours=24)
"""Without a failure for so long, counting starts anew."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many failures are free, and the longest delay after that, in seconds."""

    free: int
    cap: int

    def delay(self, failures: int) -> int:
        """Seconds to wait after so many failures."""
        if failures < self.free:
            return 0
        return min(self.cap, 2 ** min(failures - self.free, 20))

    def wait(self, failures: int, elapsed: float) -> float:
        """Seconds that are left to wait, so long after the last failure."""
        delay = self.delay(failures)
        # Elapsed is a bit below zero for who waited for the counter while it was counted up.
        return delay - elapsed if delay and elapsed > -self.cap else 0.0


@dataclass(frozen=True, slots=True)
class Counter:
    """Something that failures are counted for."""

    key: str
    limit: Limit


PERSON: Final = Limit(free=5, cap=900)
NETWORK: Final = Limit(free=30, cap=900)
ANYWHERE: Final = Limit(free=10, cap=60)


def counter(limit: Limit, *parts: str) -> Counter:
    """The counter for these parts, such as an account and a network."""
    return Counter(hashlib.sha256("\0".join(parts).encode()).hexdigest(), limit)


def admit(session: Session, counters: Sequence[Counter]) -> None:
    """Raise TooManyRequests while a delay lasts. Otherwise hold the counters until this
    transaction ends, so that guesses sent all at once are counted one after the other."""
    now = utc_now()
    limits = {counter.key: counter.limit for counter in counters}
    # Always in one order, so that two transactions never wait for each other.
    rows = [{"key": key, "failures": 0, "last_failure_at": now} for key in sorted(limits)]
    statement = insert(LoginFailures).values(rows)
    held = session.execute(
        statement.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "failures": case(
                    (LoginFailures.last_failure_at < now - FORGET_AFTER, 0),
                    else_=LoginFailures.failures,
                )
            },
        ).returning(LoginFailures.key, LoginFailures.failures, LoginFailures.last_failure_at)
    )
    wait = max(
        limits[row.key].wait(row.failures, (now - row.last_failure_at).total_seconds())
        for row in held
    )
    if wait > 0:
        raise TooManyRequests(
            phrase("Too many failed attempts. Please wait {seconds} s.", seconds=ceil(wait)),
            retry_after=ceil(wait),
        )


def count_failure(session: Session, counters: Sequence[Counter]) -> None:
    """Count a failure for each; call it after `admit`, in the same transaction."""
    session.execute(
        update(LoginFailures)
        .where(LoginFailures.key.in_([counter.key for counter in counters]))
        .values(failures=LoginFailures.failures + 1, last_failure_at=utc_now())
    )


def clear(session: Session, counter: Counter) -> None:
    """Forget the failures of one counter: it turned out to be the right person."""
    session.execute(delete(LoginFailures).where(LoginFailures.key == counter.key))
