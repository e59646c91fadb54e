"""Whoever looks after a company that somebody else has made: invited by mail, with a link of their
own to choose a password by, so that nobody ever sees one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.auth import invitations, users
from core.auth.users import ADMIN_ROLE


@dataclass(frozen=True, slots=True)
class FirstAdministrator:
    """Who it is."""

    name: str
    email: str


def invite(session: Session, first: FirstAdministrator, *, locale: str, origin: str) -> None:
    """Enter them in the company of this session, and have the invitation mailed, both or neither;
    nothing where that was done before."""
    if users.find_by_email(session, first.email) is None:
        user = users.create_user(
            session, email=first.email, name=first.name, roles=[ADMIN_ROLE], locale=locale
        )
        invitations.invite(session, user, origin=origin)
