"""Sessions: found, opened, and opened for what came too late."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.pos.models import Register, TillSession
from addons.pos.services.sessions.people import known_user
from addons.pos.services.sessions.values import Opening
from core.api import InvalidInput, phrase, utc_now


def find_session(session: Session, key: str) -> TillSession | None:
    """The session that a till calls so."""
    return session.scalar(select(TillSession).where(TillSession.key == key))


def open_session(session: Session, opening: Opening) -> TillSession:
    """Open a session; said again, it is the one that there is. Raises InvalidInput where another
    device took the key, and for a float below nothing."""
    register = locked_register(session, opening.register_id)
    known = find_session(session, opening.key)
    if known is not None:
        if known.binding_id != opening.binding_id:
            raise InvalidInput.of("session", phrase("Another device has a session of this key."))
        return known
    if opening.opening_float < 0:
        raise InvalidInput.of("float", phrase("A float cannot be less than nothing."))
    opened = TillSession(
        key=opening.key,
        register_id=register.id,
        binding_id=opening.binding_id,
        number=_next_number(session, register.id),
        day=opening.day,
        currency=register.currency,
        opened_at=opening.occurred_at,
        opened_by=known_user(session, opening.cashier_id),
        opening_float=opening.opening_float,
        float_denominations=dict(opening.denominations) if opening.denominations else None,
    )
    session.add(opened)
    session.flush()
    return opened


def rescue_session(session: Session, register_id: int, day: date) -> TillSession:
    """The session that takes what came too late for its own at this register on a day: the one
    that is open for it, or a new one."""
    register = locked_register(session, register_id)
    found = session.scalar(
        select(TillSession).where(
            TillSession.register_id == register_id,
            TillSession.rescue_day == day,
            TillSession.state == "rescue",
        )
    )
    if found is not None:
        return found
    number = _next_number(session, register_id)
    opened = TillSession(
        key=f"rescue-{register.code}-{number}",
        register_id=register_id,
        number=number,
        state="rescue",
        rescue_day=day,
        day=day,
        currency=register.currency,
        opened_at=utc_now(),
    )
    session.add(opened)
    session.flush()
    return opened


def locked_register(session: Session, register_id: int) -> Register:
    """The register, held until the end of the transaction, so that its series have no gaps and
    nobody closes what another is closing. Raises InvalidInput where there is none."""
    found = session.scalar(
        select(Register)
        .where(Register.id == register_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise InvalidInput.of("register", phrase("There is no such till."))
    return found


def _next_number(session: Session, register_id: int) -> int:
    last = session.scalar(
        select(func.max(TillSession.number)).where(TillSession.register_id == register_id)
    )
    return (last or 0) + 1
