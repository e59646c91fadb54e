"""A company's consent: asked for, given for a time, refused, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth import login_sessions
from core.auth.actor import actor
from core.auth.actors import forget_actors
from core.auth.models import Role, User, UserRole
from core.custody.records import record_access
from core.db.base import utc_now
from core.db.cached import cached_until_change
from core.declare import msg
from core.errors import Conflict, InvalidInput, NotFound
from core.guests.models import ASKED, ENDED, OPEN, REFUSED, GuestAccess
from core.i18n import phrase

MOST_HOURS: Final = 72
SHOWN: Final = 100
BY_ASKING: Final = msg("asked to come in")
_DOMAIN: Final = "guest.invalid"
"""Reserved to lead nowhere (RFC 2606): the account of a guest takes no mail and no password."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks to come in, as the control plane knows them."""

    key: str
    name: str
    email: str
    on_behalf: str
    reason: str
    wants_change: bool


@dataclass(frozen=True, slots=True)
class Inside:
    """Somebody who may be inside at this moment."""

    user_id: int
    name: str
    on_behalf: str
    may_change: bool
    until: datetime


def ask(session: Session, asking: Asking) -> GuestAccess:
    """Put the question to the company; the same key again changes nothing."""
    known = session.scalar(select(GuestAccess).where(GuestAccess.key == asking.key))
    if known is not None:
        return known
    record_access(
        session,
        operator=asking.name,
        purpose=asking.reason,
        door=BY_ASKING,
    )
    made = GuestAccess(
        key=asking.key,
        name=asking.name,
        email=asking.email,
        on_behalf=asking.on_behalf,
        reason=asking.reason,
        wants_change=asking.wants_change,
    )
    session.add(made)
    session.flush()
    return made


def let_in(
    session: Session, access: GuestAccess, *, hours: int, may_change: bool, role_id: int
) -> None:
    """Let a guest in for so many hours from now, with the rights of a role. Raises InvalidInput
    for a time or a role that cannot be, Conflict where somebody has answered already."""
    if not 1 <= hours <= MOST_HOURS:
        raise InvalidInput.of(
            "hours", phrase("Give a whole number of hours, {most} at most.", most=MOST_HOURS)
        )
    role = session.get(Role, role_id)
    if role is None:
        raise InvalidInput.of("role", phrase("Choose a role."))
    _require_asked(access)
    access.until = utc_now() + timedelta(hours=hours)
    access.may_change = may_change
    access.user_id = _account(session, access, role).id
    _answer(session, access, OPEN)
    forget_actors(session)


def refuse(session: Session, access: GuestAccess) -> None:
    """Say no. Raises Conflict where somebody has answered already."""
    _require_asked(access)
    _answer(session, access, REFUSED)


def end(session: Session, access: GuestAccess) -> None:
    """Show a guest out at once, before the time is up; again, it changes nothing."""
    if access.state != OPEN:
        return
    access.state, access.ended_at = ENDED, utc_now()
    user = session.get_one(User, access.user_id)
    user.is_active = False
    session.flush()
    login_sessions.end_all(session, user.id)


def get_access(session: Session, access_id: int, *, lock: bool = False) -> GuestAccess:
    """This request; raises NotFound."""
    found = session.get(GuestAccess, access_id, with_for_update=lock or None)
    if found is None:
        raise NotFound(phrase("Nobody asked this."))
    return found


def requests(session: Session) -> Sequence[GuestAccess]:
    """All that was asked and answered, the newest first, the last `SHOWN` of it."""
    newest = select(GuestAccess).order_by(GuestAccess.id.desc()).limit(SHOWN)
    return session.scalars(newest).all()


def waiting(session: Session) -> Sequence[GuestAccess]:
    """What nobody has answered yet, the oldest first."""
    asked = select(GuestAccess).where(GuestAccess.state == ASKED)
    return session.scalars(asked.order_by(GuestAccess.id)).all()


def inside_now(session: Session) -> list[Inside]:
    """Who may be inside at this moment."""
    now = utc_now()
    return [guest for guest in _let_in(session) if guest.until > now]


@cached_until_change(GuestAccess)
def _let_in(session: Session) -> tuple[Inside, ...]:
    found = select(
        GuestAccess.user_id,
        GuestAccess.name,
        GuestAccess.on_behalf,
        GuestAccess.may_change,
        GuestAccess.until,
    ).where(GuestAccess.state == OPEN)
    return tuple(Inside(*row) for row in session.execute(found))


def _require_asked(access: GuestAccess) -> None:
    if access.state != ASKED:
        raise Conflict(
            phrase("This was answered already, by {name}.", name=access.answered_by),
            fix=phrase("Load the page again."),
        )


def _answer(session: Session, access: GuestAccess, state: str) -> None:
    access.state = state
    access.answered_by = actor(session).name
    access.answered_at = utc_now()
    session.flush()


def _account(session: Session, access: GuestAccess, role: Role) -> User:
    """The account that a guest acts as: one for each person, so that the trail names them."""
    email = f"{access.email.replace('@', '=')}@{_DOMAIN}".lower()
    user = session.scalar(select(User).where(User.email == email))
    name = f"{access.name} ({access.on_behalf or 'operator'})"
    if user is None:
        user = User(email=email, name=name, is_guest=True)
        session.add(user)
    user.name, user.is_active = name, True
    user.role_links = [UserRole(role_id=role.id, expires_at=access.until)]
    session.flush()
    return user
