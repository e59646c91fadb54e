"""From a company into its sample company: the same person with the same roles, let in by a ticket
that works once and for a minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth import roles, users
from core.auth.actor import Scope
from core.auth.models import Role, User, UserRole
from core.auth.secret_tokens import digest, new_token
from core.db.base import utc_now
from core.errors import NotFound
from core.i18n import phrase
from core.web.sample.models import SampleTicket

LIFETIME: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role as somebody holds it: what it is called and what it grants."""

    code: str
    title: str
    grants: tuple[tuple[str, Scope], ...]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody of the company, as the sample company is to know them."""

    email: str
    name: str
    locale: str
    written: str
    roles: tuple[HeldRole, ...]


def visitor(session: Session, user: User) -> Visitor:
    """Who comes, as the company knows them."""
    held = session.scalars(
        select(Role).join(UserRole).where(UserRole.user_id == user.id, UserRole.in_force())
    )
    return Visitor(
        user.email,
        user.name,
        user.locale,
        user.written,
        tuple(
            HeldRole(
                role.code,
                role.title,
                tuple((granted.permission, granted.scope) for granted in role.permissions),
            )
            for role in held
        ),
    )


def admit(session: Session, who: Visitor) -> str:
    """In the sample company: know this person, and give out a ticket; its secret."""
    user = users.find_by_email(session, who.email)
    codes = _role_codes(session, who.roles)
    if user is None:
        user = users.create_user(session, email=who.email, name=who.name, roles=codes)
    else:
        users.set_roles(session, user, {*codes, *_kept(session, user)})
    user.locale, user.written, user.is_active = who.locale, who.written, True
    token = new_token()
    expires = utc_now() + LIFETIME
    session.add(SampleTicket(token_hash=digest(token), user_id=user.id, expires_at=expires))
    session.flush()
    return token


def holder(session: Session, token: str) -> User:
    """Whose ticket this is; raises NotFound for one that was used or is too old."""
    good = SampleTicket.expires_at > utc_now()
    found = select(User).join(SampleTicket).where(SampleTicket.token_hash == digest(token), good)
    user = session.scalar(found)
    if user is None:
        raise _spent()
    return user


def redeem(session: Session, token: str) -> User:
    """Use the ticket up; raises NotFound like `holder`."""
    user = holder(session, token)
    mine = SampleTicket.token_hash == digest(token)
    used = session.scalars(delete(SampleTicket).where(mine).returning(SampleTicket.user_id)).all()
    if not used:  # by somebody else, a moment ago
        raise _spent()
    return user


def _role_codes(session: Session, held: Sequence[HeldRole]) -> list[str]:
    known = {role.title: role.code for role in roles.all_roles(session)}
    codes = set(known.values())
    visible = view(session).permissions
    found = []
    for role in held:
        if role.code in codes:
            found.append(role.code)
        elif role.title in known:
            found.append(known[role.title])
        else:
            grants: dict[str, Scope] = {
                code: scope for code, scope in role.grants if code in visible
            }
            found.append(roles.create_role(session, title=role.title, grants=grants).code)
    return found


def _kept(session: Session, user: User) -> list[str]:
    """An administrator of the sample stays one: it must not be left without any."""
    return [code for code in users.role_codes(session, user) if code == users.ADMIN_ROLE]


def _spent() -> NotFound:
    return NotFound(
        phrase("This way in does not work any more."),
        fix=phrase("Open the sample company from your own company again."),
    )
