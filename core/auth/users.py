"""The users of a tenant: made, found, changed, made inactive."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.auth import login_sessions, passwords
from core.auth.actor import actor
from core.auth.actors import forget_actors
from core.auth.escalation import require_over_role, require_over_user
from core.auth.models import Role, User, UserRole
from core.auth.seats import within_seats
from core.errors import Conflict, InvalidInput, NotFound
from core.i18n import phrase

ADMIN_ROLE = "core.admin"


def create_user(
    session: Session,
    *,
    email: str,
    name: str,
    password: str | None = None,
    roles: Iterable[str] = (),
    until: Mapping[str, datetime | None] | None = None,
    must_change_password: bool = False,
    locale: str = "",
) -> User:
    """A new user. Without a password they come in by a reset link. Raises Conflict if the
    e-mail address is taken, InvalidInput for what cannot be accepted, LimitReached if the
    licences have no room for one more."""
    email, name = normal_email(email), _name(name)
    if find_by_email(session, email) is not None:
        raise Conflict(
            phrase("There is a user with the e-mail address {email} already.", email=email),
            fix=phrase("Use another address, or change the user who has it."),
        )
    if password is not None:
        passwords.check_new_password(password, about=(email, name))
    user = User(
        email=email,
        name=name,
        password_hash=None if password is None else passwords.hash_password(password),
        must_change_password=must_change_password,
        locale=locale,
    )
    with within_seats(session):
        session.add(user)
        session.flush()
        set_roles(session, user, roles, until)
    return user


def one_time_password() -> str:
    """A password to hand to somebody who changes it at the first sign-in."""
    return "-".join(secrets.token_hex(2) for _ in range(4))


def find_by_email(session: Session, email: str) -> User | None:
    """The user with this e-mail address, however it is written."""
    return session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))


def get_user(session: Session, user_id: int) -> User:
    """The user with this id; raises NotFound."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound(phrase("There is no such user."))
    return user


def change_user(
    session: Session, user: User, *, email: str, name: str, locale: str | None = None
) -> None:
    """Change what a user is called and where mail reaches them."""
    require_over_user(session, user)
    email = normal_email(email)
    holder = find_by_email(session, email)
    if holder is not None and holder.id != user.id:
        raise InvalidInput.of(
            "email", phrase("{name} has this e-mail address already.", name=holder.name)
        )
    user.email, user.name = email, _name(name)
    if locale is not None:
        user.locale = locale
    session.flush()
    forget_actors(session)


def set_password(
    session: Session, user: User, password: str, *, keep_session: int | None = None
) -> None:
    """Give a user a new password of their choice and sign them out elsewhere."""
    passwords.check_new_password(password, about=(user.email, user.name))
    user.password_hash = passwords.hash_password(password)
    user.must_change_password = False
    session.flush()
    login_sessions.end_all(session, user.id, keep=keep_session)


def set_active(session: Session, user: User, active: bool) -> None:
    """Let a user in again, or shut them out and end their sessions. Raises LimitReached if the
    licences have no room for one more."""
    require_over_user(session, user)
    if user.id == actor(session).user_id and not active:
        raise Conflict(
            phrase("You cannot make your own account inactive."),
            fix=phrase("Ask another administrator."),
        )
    with within_seats(session):
        user.is_active = active
    if not active:
        _keep_an_admin(session)
        login_sessions.end_all(session, user.id)
    forget_actors(session)


def role_codes(session: Session, user: User) -> list[str]:
    """The codes of the roles that a user holds."""
    held = select(Role.code).join(UserRole).where(UserRole.user_id == user.id).order_by(Role.code)
    return list(session.scalars(held))


def set_roles(
    session: Session,
    user: User,
    codes: Iterable[str],
    until: Mapping[str, datetime | None] | None = None,
) -> None:
    """Make these the user's roles, each until the moment that `until` gives for its code, if any;
    without `until` those that are held already end when they did. Becoming or ceasing to be an
    administrator ends the user's sessions, so that no older one carries the new rights."""
    ends = until or {}
    wanted = {role.code: role for role in _roles(session, codes)}
    held = {
        role.code: (role, link)
        for role, link in session.execute(
            select(Role, UserRole).join(UserRole).where(UserRole.user_id == user.id)
        )
    }
    added = [role for code, role in wanted.items() if code not in held]
    removed = {role: link for code, (role, link) in held.items() if code not in wanted}
    kept = [held[code] for code in wanted if code in held] if until is not None else []
    moved = [(role, link) for role, link in kept if link.expires_at != ends.get(role.code)]
    changed = [*added, *removed, *(role for role, _ in moved)]
    for role in changed:
        require_over_role(session, role)
    with within_seats(session):
        session.add_all(
            UserRole(user_id=user.id, role_id=role.id, expires_at=ends.get(role.code))
            for role in added
        )
        for role, link in moved:
            link.expires_at = ends.get(role.code)
        for link in removed.values():
            session.delete(link)
        session.flush()
    session.expire(user, ["role_links"])
    if any(role.unlimited for role in changed):
        _keep_an_admin(session)
        login_sessions.end_all(session, user.id, keep=actor(session).session_id)
    forget_actors(session)


def access_ended(session: Session, user: User) -> datetime | None:
    """When the last of the user's roles ended, if they had any and none is in force."""
    ends = session.scalars(select(UserRole.expires_at).where(UserRole.user_id == user.id)).all()
    live = select(UserRole.id).where(UserRole.user_id == user.id, UserRole.in_force())
    if not ends or session.scalar(live.limit(1)) is not None:
        return None
    return max(moment for moment in ends if moment is not None)


def normal_email(email: str) -> str:
    """The one spelling of an e-mail address; raises InvalidInput if it is none."""
    try:
        # An office may have names of its own, such as .local, that the world cannot reach.
        valid = validate_email(
            email.strip(), check_deliverability=False, globally_deliverable=False
        )
    except EmailNotValidError as error:
        raise InvalidInput.of("email", phrase("This is not an e-mail address.")) from error
    return valid.normalized.lower()


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise InvalidInput.of("name", phrase("Please give a name."))
    return name


def _roles(session: Session, codes: Iterable[str]) -> list[Role]:
    wanted = set(codes)
    found = list(session.scalars(select(Role).where(Role.code.in_(wanted))))
    unknown = wanted - {role.code for role in found}
    if unknown:
        raise InvalidInput.of(
            "roles", phrase("There is no role {codes}.", codes=", ".join(sorted(unknown)))
        )
    return found


def _keep_an_admin(session: Session) -> None:
    """Raise Conflict if nobody could administer this tenant any more."""
    # Locked, so that two administrators cannot remove each other at the same moment.
    admin_roles = session.scalars(select(Role).where(Role.unlimited).with_for_update()).all()
    left = (
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(
            User.is_active,
            UserRole.role_id.in_([role.id for role in admin_roles]),
            UserRole.expires_at.is_(None),
        )
    )
    if session.scalar(left.limit(1)) is None:
        raise Conflict(
            phrase("This is the last administrator."),
            fix=phrase("Make somebody else an administrator first."),
        )
