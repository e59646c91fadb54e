"""Signing in: the password, then the second step where the user has one.

A wrong password is an answer and no exception: the failure must be counted, and an exception
would roll the counting back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.auth import devices, login_sessions, passwords, throttle, totp
from core.auth.client import Client
from core.auth.login_sessions import Method
from core.auth.models import PendingLogin, User
from core.auth.secret_tokens import digest, new_token
from core.auth.throttle import Counter
from core.auth.users import access_ended, find_by_email
from core.db.base import utc_now
from core.db.session import Author, binding, reattribute
from core.errors import Forbidden
from core.i18n import phrase

PENDING_COOKIE: Final = "__Host-step"
PENDING_LIFETIME: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The secrets for the session's and the device's cookie."""

    session_token: str
    device: str
    must_change_password: bool


@dataclass(frozen=True, slots=True)
class SecondStepDue:
    """The password was right; `token` says so when the code is sent."""

    token: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Wrong, without a word about what was wrong."""


def with_password(
    session: Session, *, email: str, password: str, client: Client
) -> SignedIn | SecondStepDue | Refused:
    """The first step. Raises TooManyRequests while a delay lasts."""
    email = email.strip().lower()
    counters = _counters(session, email, client)
    throttle.admit(session, counters)
    user = find_by_email(session, email)
    stored = user.password_hash if user is not None and user.is_active else None
    if not passwords.verify_password(stored, password) or user is None or stored is None:
        throttle.count_failure(session, counters)
        return Refused()
    throttle.clear(session, counters[0])
    act_as(session, user)
    if passwords.is_outdated(stored):
        _hash_anew(session, user, password, stored)
    if totp.is_enabled(session, user.id):
        return SecondStepDue(_pend(session, user, client))
    return admit_user(session, user, client=client, method="password")


def with_code(
    session: Session, *, token: str, code: str, client: Client
) -> SignedIn | Refused | None:
    """The second step; None when the first is too long ago. Raises TooManyRequests."""
    user = _pending_user(session, token, client)
    if user is None:
        return None
    known = devices.is_known(session, user.email, client.device)
    where = client.device if known else "elsewhere"
    counters = [throttle.counter(throttle.PERSON, "second step", str(user.id), where)]
    throttle.admit(session, counters)
    act_as(session, user)
    method = totp.accept(session, user.id, code)
    if method is None:
        throttle.count_failure(session, counters)
        return Refused()
    throttle.clear(session, counters[0])
    session.execute(delete(PendingLogin).where(PendingLogin.token_hash == digest(token)))
    return admit_user(session, user, client=client, method=method)


def admit_user(session: Session, user: User, *, client: Client, method: Method) -> SignedIn:
    """Begin the session of a user who has proved to be one; raises Forbidden where all that they
    might do has ended."""
    ended = access_ended(session, user)
    if ended is not None:
        raise Forbidden(
            phrase("Your access ended on {day}.", day=ended.date()),
            fix=phrase("Ask an administrator of the company to extend it."),
        )
    return SignedIn(
        session_token=login_sessions.begin(session, user.id, client=client, method=method),
        device=devices.remember(session, user.id, client.device),
        must_change_password=user.must_change_password,
    )


def act_as(session: Session, user: User) -> None:
    """Attribute what signing in changes to who signs in, and not to nobody."""
    request_id = binding(session).author.request_id
    reattribute(session, Author(user.name, user.id, request_id, "page"))


def _counters(session: Session, email: str, client: Client) -> list[Counter]:
    """What failures are counted for; the first is cleared when the password is right."""
    if devices.is_known(session, email, client.device):
        return [throttle.counter(throttle.PERSON, "device", email, client.device)]
    return [
        throttle.counter(throttle.PERSON, "account and network", email, client.network),
        throttle.counter(throttle.NETWORK, "network", client.network),
        throttle.counter(throttle.ANYWHERE, "account", email),
    ]


def _hash_anew(session: Session, user: User, password: str, stored: str) -> None:
    """Store the password under today's parameters, unless it was changed meanwhile."""
    session.execute(
        update(User)
        .where(User.id == user.id, User.password_hash == stored)
        .values(password_hash=passwords.hash_password(password))
        .execution_options(synchronize_session=False)
    )


def _pend(session: Session, user: User, client: Client) -> str:
    token = new_token()
    session.add(
        PendingLogin(
            token_hash=digest(token),
            user_id=user.id,
            host=client.host,
            expires_at=utc_now() + PENDING_LIFETIME,
        )
    )
    session.flush()
    return token


def _pending_user(session: Session, token: str, client: Client) -> User | None:
    return session.scalar(
        select(User)
        .join(PendingLogin)
        .where(
            PendingLogin.token_hash == digest(token),
            PendingLogin.host == client.host,
            PendingLogin.expires_at > utc_now(),
            User.is_active,
        )
    )
