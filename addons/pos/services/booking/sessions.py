"""Operations on sessions: opened, cash moved, closed, and what a till only notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.pos.models import TillSession
from addons.pos.services.booking.days import Calendar
from addons.pos.services.booking.fields import Fields, wrong
from addons.pos.services.booking.pending import Pending
from addons.pos.services.booking.restored import RESTORED, tell_office
from addons.pos.services.sessions.cash import move_cash, note
from addons.pos.services.sessions.closing import close_session
from addons.pos.services.sessions.opening import find_session, open_session, rescue_session
from addons.pos.services.sessions.people import known_user
from addons.pos.services.sessions.values import Closing, Counted, LogEntry, Move, Opening
from core.api import phrase

Outcome = tuple[dict[str, Any], list[str]]
"""What the operation was booked as, and its flags."""
_LOGGED: Final = frozenset({"no_sale", "reprint", "void", "price_check", "override", RESTORED})


def book_other(session: Session, operation: Pending, payload: Any) -> Outcome:
    """Book an operation that is no sale. Raises InvalidInput, naming the field, for what
    contradicts itself, and what the sessions' services raise."""
    return _BOOKED[operation.type](session, operation, Fields(payload))


def _opened(session: Session, operation: Pending, given: Fields) -> Outcome:
    day, flags = _day(session, operation)
    opened = open_session(
        session,
        Opening(
            key=given.name("session", 64),
            binding_id=operation.binding_id,
            register_id=operation.register_id,
            cashier_id=known_user(session, given.whole_or_none("cashier")),
            opening_float=given.amount("float", Decimal(0)),
            occurred_at=operation.occurred_at,
            day=day,
            denominations=_counted(given),
        ),
    )
    return {"session": opened.id, "number": opened.number}, flags


def _moved(session: Session, operation: Pending, given: Fields) -> Outcome:
    day, flags = _day(session, operation)
    direction = given.name("direction", 10)
    if direction not in ("in", "out"):
        raise wrong("direction", phrase("Cash comes in or goes out."))
    made = move_cash(
        session,
        _session(session, operation, given, flags),
        Move(
            sync_id=operation.sync_id,
            cashier_id=given.whole_or_none("cashier"),
            direction=direction,
            amount=given.amount("amount"),
            reason=given.name("reason", 500),
            occurred_at=operation.occurred_at,
            day=day,
            approved_by=given.whole_or_none("approved_by"),
        ),
    )
    return {"id": made.id}, flags


def _closed(session: Session, operation: Pending, given: Fields) -> Outcome:
    day, flags = _day(session, operation)
    key = given.name("session", 64)
    found = find_session(session, key)
    if found is None or found.register_id != operation.register_id:
        raise wrong("session", phrase("There is no such session at this register."))
    told = {one.whole("method"): one.amount("amount") for one in given.objects("expected")}
    counted = tuple(
        Counted(
            one.whole("method"),
            one.amount("amount"),
            told.get(one.whole("method")),
            _counted(one),
        )
        for one in given.objects("counted")
    )
    if len({one.method_id for one in counted}) < len(counted):
        raise wrong("counted", phrase("A way to pay was counted twice."))
    closing = Closing(
        cashier_id=given.whole_or_none("cashier"),
        occurred_at=operation.occurred_at,
        day=day,
        counted=counted,
        sales=given.whole_or_none("sales"),
        approved_by=given.whole_or_none("approved_by"),
        note=given.text("note"),
    )
    flags += close_session(session, found, closing)
    return {"session": found.id, "z": found.z_number}, flags


def _logged(session: Session, operation: Pending, given: Fields) -> Outcome:
    flags: list[str] = []
    what = given.name("what", 40)
    if what not in _LOGGED:
        flags.append("unknown")
    detail = given.raw("detail")
    if what == RESTORED:
        tell_office(session, operation, detail if isinstance(detail, dict) else {})
        if given.raw("session") is None:  # it happened before a day began
            return {}, flags
    entry = LogEntry(
        sync_id=operation.sync_id,
        session_id=_session(session, operation, given, flags).id,
        register_id=operation.register_id,
        what=what,
        occurred_at=operation.occurred_at,
        cashier_id=given.whole_or_none("cashier"),
        sale=given.text("sale", 64),
        reason=given.text("reason"),
        detail=detail if isinstance(detail, dict) else None,
    )
    note(session, [entry])
    return {}, flags


def _session(session: Session, operation: Pending, given: Fields, flags: list[str]) -> TillSession:
    """The session that the operation names; one for latecomers where it is closed or unknown."""
    found = find_session(session, given.name("session", 64))
    if found is not None and found.state == "open" and found.register_id == operation.register_id:
        return found
    flags.append("late")
    day, _ = _day(session, operation)
    return rescue_session(session, operation.register_id, day)


def _day(session: Session, operation: Pending) -> Any:
    return Calendar(session).book_on(operation.occurred_at, operation.received_at)


def _counted(given: Fields) -> Mapping[str, Any] | None:
    found = given.raw("denominations")
    return found if isinstance(found, dict) and len(found) <= 100 else None


_BOOKED: Final[Mapping[str, Callable[[Session, Pending, Fields], Outcome]]] = {
    "session_opened": _opened,
    "cash_move": _moved,
    "session_closed": _closed,
    "logged": _logged,
}
