"""Booking what the tills of a register sent, in the order in which it came.

Many operations are booked in one transaction: each of them is in it as a whole, with the row that
says it is done, so it is booked once or not at all (docs/decisions/0055). Where something fails
that nobody expected, the batch is halved until it is alone; it is quarantined, and all others are
booked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

import structlog
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from addons.pos.models import Register
from addons.pos.services.booking.pending import (
    Outcome,
    Pending,
    missing_before_closing,
    next_operations,
    note_outcomes,
    problem_of,
    quarantined,
    wake,
)
from addons.pos.services.booking.reading import read_sale
from addons.pos.services.booking.selling import book_sales
from addons.pos.services.booking.sessions import book_other
from addons.pos.services.booking.values import SaidSale
from core.api import AppError, Unavailable, savepoint

MOST_AT_ONCE: Final = 400
SALES: Final = frozenset({"sale", "refund"})
_POSTS: Final = frozenset({"cash_move", "session_closed"})
_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtext('pos.register'), :register)")
_TRANSIENT: Final = (OperationalError, Unavailable)
"""What goes over by itself: the job is tried again as a whole."""

log = structlog.get_logger(__name__)


def apply_register(session: Session, register_id: int) -> int:
    """Book what waits at a register, so many at the most, and ask for the rest; returns how many
    were looked at. One at a time works for a register."""
    # An advisory lock's second key has 32 bits; registers that share one only wait for each other.
    session.execute(_LOCK, {"register": register_id % 2**31})
    register = session.get(Register, register_id)
    if register is None:
        return 0
    waiting = next_operations(session, register_id, MOST_AT_ONCE)
    operations = _one_round(waiting)
    if operations:
        _apply(session, register, operations)
    if len(operations) < len(waiting) or len(waiting) == MOST_AT_ONCE:
        wake(session, register_id, f"after:{operations[-1].id}")
    return len(operations)


def _one_round(operations: Sequence[Pending]) -> Sequence[Pending]:
    """As many as take their locks in one order, goods before journals: up to the first sale that
    follows money moved or a closing. So two registers never wait for each other in a circle."""
    posted = False
    for place, one in enumerate(operations):
        if one.type in SALES and posted:
            return operations[:place]
        posted = posted or one.type in _POSTS
    return operations


def _apply(session: Session, register: Register, operations: Sequence[Pending]) -> None:
    try:
        with savepoint(session):
            for run in _runs(operations):
                _book(session, register, run)
            session.flush()
        return
    except _TRANSIENT:
        raise
    except Exception as error:
        if len(operations) == 1:
            if not isinstance(error, AppError):
                log.exception("operation not booked", sync_id=operations[0].sync_id)
            note_outcomes(session, [quarantined(operations[0], error)])
            return
    middle = len(operations) // 2
    _apply(session, register, operations[:middle])
    _apply(session, register, operations[middle:])


def _runs(operations: Sequence[Pending]) -> Iterator[list[Pending]]:
    """Sales that follow each other together, everything else by itself."""
    ordered = _notes_behind(operations)
    for are_sales, group in groupby(ordered, key=lambda one: one.type in SALES):
        if are_sales:
            yield list(group)
        else:
            yield from ([one] for one in group)


def _notes_behind(operations: Sequence[Pending]) -> list[Pending]:
    """What is only noted moves behind the sales that follow it, so that they stay together; not
    behind the closing of its session."""
    ordered: list[Pending] = []
    notes: list[Pending] = []
    for one in operations:
        if one.type == "logged":
            notes.append(one)
            continue
        if one.type == "session_closed":
            ordered += notes
            notes = []
        ordered.append(one)
    return ordered + notes


def _book(session: Session, register: Register, run: Sequence[Pending]) -> None:
    if run[0].type in SALES:
        note_outcomes(session, _sell(session, register, run))
    else:
        note_outcomes(session, [_book_alone(session, run[0])])


def _sell(session: Session, register: Register, run: Sequence[Pending]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    sales: list[SaidSale] = []
    by_id = {one.sync_id: one for one in run}
    for one in run:
        try:
            sales.append(read_sale(one, one.payload))
        except AppError as error:
            outcomes.append(quarantined(one, error))
    if not sales:
        return outcomes
    unreadable = {one.operation.sync_id for one in outcomes}
    booked, settled = book_sales(session, register, sales, unreadable)
    of_id = {one.id: one for one in run}
    outcomes += [
        Outcome(
            of_id[one.operation_id],
            "done",
            {"id": one.sale_id, "number": one.number},
            one.flags,
        )
        for one in booked
    ]
    outcomes += [
        Outcome(by_id[name], "quarantined", problem=problem_of(error))
        for name, error in settled.failed.items()
    ]
    outcomes += [
        Outcome(by_id[name], "accepted", waits_for=behind) for name, behind in settled.waits.items()
    ]
    return outcomes


def _book_alone(session: Session, one: Pending) -> Outcome:
    if one.type == "session_closed":
        missing = missing_before_closing(session, one)
        if missing is not None:
            return Outcome(one, "accepted", waits_for=missing)
    try:
        with savepoint(session):
            result, flags = book_other(session, one, one.payload)
            session.flush()
    except AppError as error:
        return quarantined(one, error)
    return Outcome(one, "done", result, flags)
