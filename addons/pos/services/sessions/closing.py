"""Sessions are closed: by the till that counted them, or at the office.

What a till closed has happened and is never refused for what was counted: a difference is posted as
it is. One beyond the register's tolerance that nobody with the right approved waits for somebody
who does. A session closed at the office without its device is not counted: it holds what it should.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from addons.catalog.api import rate_on
from addons.pos.events import CountedDifference, SessionClosed
from addons.pos.models import Binding, Method, Operation, Register, Sale, SessionCount, TillSession
from addons.pos.services.day_end import ask_for_report
from addons.pos.services.sessions.expected import ExpectedAmount, expected_amounts
from addons.pos.services.sessions.naming import z_name
from addons.pos.services.sessions.opening import locked_register
from addons.pos.services.sessions.people import known_user, may_override
from addons.pos.services.sessions.reporting import report_of
from addons.pos.services.sessions.values import Closing, Counted
from core.api import Conflict, InvalidInput, actor, emit, phrase, today, utc_now

ZERO: Final = Decimal(0)
LOST_AFTER: Final = timedelta(hours=24)


def close_session(session: Session, till_session: TillSession, closing: Closing) -> tuple[str, ...]:
    """Close a session that its till counted: counts, report and difference are written, and the
    books are told. Returns what a manager should look at: "difference", "sales". Raises Conflict
    where it was closed already, InvalidInput for a method that is not there."""
    register = locked_register(session, till_session.register_id)
    _require_open(session, till_session)
    amounts = expected_amounts(session, till_session)
    counts = _counts(session, till_session, amounts, closing.counted)
    difference = sum((one.difference for one in counts), ZERO)
    largest = max((abs(one.difference) for one in counts), default=ZERO)
    needs = largest > register.tolerance
    if needs and may_override(session, closing.approved_by):
        till_session.approval = "given"
        till_session.approved_by = closing.approved_by
        till_session.approved_at = closing.occurred_at
    elif needs:
        till_session.approval = "asked"
    till_session.closed_by = known_user(session, closing.cashier_id)
    till_session.note, till_session.difference = closing.note, difference
    _finish(session, till_session, register, closing, counts)
    flags = ["difference"] if till_session.approval == "asked" else []
    if closing.sales is not None and closing.sales != _sales(session, till_session):
        flags.append("sales")
    return tuple(flags)


def close_without_till(session: Session, till_session: TillSession, note: str) -> None:
    """Close a session at the office, as its device is lost: without a count. What it sends later
    all the same goes to a session for latecomers. Raises Conflict while the device is at work and
    was not revoked, or while some of what it sent is not booked; InvalidInput without a reason."""
    if not note.strip():
        raise InvalidInput.of("note", phrase("Say why the till cannot close by itself."))
    register = locked_register(session, till_session.register_id)
    _require_open(session, till_session)
    _require_lost(session, till_session)
    require_booked(session, till_session)
    till_session.forced, till_session.note = True, note.strip()
    till_session.difference = ZERO
    till_session.closed_by = actor(session).user_id
    closing = Closing(till_session.closed_by, utc_now(), today(session), ())
    _finish(session, till_session, register, closing, [])


def close_rescue(
    session: Session, till_session: TillSession, counted: Mapping[int, Decimal]
) -> None:
    """Close a session for latecomers with what there was of each method beside what its day had
    counted already; those left out are as expected. Raises Conflict where it was closed already or
    is none."""
    register = locked_register(session, till_session.register_id)
    if till_session.state != "rescue":
        raise Conflict(phrase("This is no open session for latecomers."))
    require_booked(session, till_session)
    given = tuple(Counted(key, amount) for key, amount in counted.items())
    counts = _counts(session, till_session, expected_amounts(session, till_session), given)
    till_session.difference = sum((one.difference for one in counts), ZERO)
    till_session.closed_by = till_session.approved_by = actor(session).user_id
    till_session.approval, till_session.approved_at = "given", utc_now()
    closing = Closing(till_session.closed_by, utc_now(), today(session), given)
    _finish(session, till_session, register, closing, counts)


def approve(session: Session, till_session: TillSession) -> None:
    """Approve a difference beyond the tolerance. Raises Conflict where nobody asked for it."""
    if till_session.approval != "asked":
        raise Conflict(phrase("There is nothing to approve."))
    till_session.approval = "given"
    till_session.approved_by, till_session.approved_at = actor(session).user_id, utc_now()
    session.flush()


def require_booked(session: Session, till_session: TillSession) -> None:
    """Raise Conflict while something that the session's device sent is not booked."""
    waiting = exists().where(
        Operation.register_id == till_session.register_id,
        Operation.state.in_(("accepted", "quarantined")),
    )
    if till_session.binding_id is not None:
        waiting = waiting.where(Operation.binding_id == till_session.binding_id)
    if session.scalar(select(waiting)):
        raise Conflict(
            phrase("Something that this till sent is not booked yet."),
            fix=phrase("Wait a minute, or mend it under Point of sale > Repairs."),
        )


def _require_open(session: Session, till_session: TillSession) -> None:
    session.refresh(till_session, with_for_update=True)
    if till_session.state != "open":
        raise Conflict(phrase("This session is not open."))


def _require_lost(session: Session, till_session: TillSession) -> None:
    binding = session.get(Binding, till_session.binding_id or 0)
    if binding is None or binding.revoked_at is not None:
        return
    if binding.last_seen_at is None or binding.last_seen_at < utc_now() - LOST_AFTER:
        return
    raise Conflict(
        phrase("The device of this till called within the last day."),
        fix=phrase("Ask the till to close, or revoke its device first."),
    )


def _counts(
    session: Session,
    till_session: TillSession,
    amounts: Iterable[ExpectedAmount],
    counted: Iterable[Counted],
) -> list[SessionCount]:
    """One count for each method: of those that nobody counted there is what there should be."""
    given = {one.method_id: one for one in counted}
    due = {one.method.id: one.amount for one in amounts}
    unknown = [key for key in given if key not in due and session.get(Method, key) is None]
    if unknown:
        raise InvalidInput.of("counted", phrase("There is no such way to pay."))
    counts = []
    for key in sorted({*due, *given}):
        expected, said = due.get(key, ZERO), given.get(key)
        amount = expected if said is None else said.amount
        counts.append(
            SessionCount(
                session_id=till_session.id,
                method_id=key,
                expected=expected,
                counted=amount,
                difference=amount - expected,
                till_expected=said.till_expected if said is not None else None,
                denominations=_plain(said.denominations if said is not None else None),
            )
        )
    return counts


def _plain(denominations: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return dict(denominations) if denominations else None


def _finish(
    session: Session,
    till_session: TillSession,
    register: Register,
    closing: Closing,
    counts: list[SessionCount],
) -> None:
    """Number the report, freeze it, and tell the books of differences."""
    session.add_all(counts)
    session.flush()
    last = session.scalar(
        select(func.max(TillSession.z_number)).where(TillSession.register_id == register.id)
    )
    number = (last or 0) + 1
    till_session.z_number = number
    till_session.closed_at, till_session.state = closing.occurred_at, "closed"
    register.close_asked_at = None
    # Written at once: what is closed cannot be changed any more.
    with session.no_autoflush:
        till_session.z = report_of(session, till_session)
    session.flush()
    ask_for_report(session, register, till_session)
    differences = tuple(_difference(session, one) for one in counts if one.difference)
    emit(
        session,
        SessionClosed(
            session_id=till_session.id,
            register=register.code,
            number=z_name(register.code, number),
            day=closing.day,
            currency=till_session.currency,
            rate=rate_on(session, till_session.currency, closing.day) or Decimal(1),
            branch_id=register.branch_id,
            differences=differences,
        ),
    )


def _difference(session: Session, count: SessionCount) -> CountedDifference:
    method = session.get_one(Method, count.method_id)
    return CountedDifference(
        method.id,
        method.name,
        method.journal,
        method.account,
        count.difference,
        method.kind,  # type: ignore[arg-type]
    )


def _sales(session: Session, till_session: TillSession) -> int:
    counted = select(func.count()).where(Sale.session_id == till_session.id)
    return session.scalar(counted) or 0
