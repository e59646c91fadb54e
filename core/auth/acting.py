"""Work that goes on after the request that asked for it, with the rights of the person who asked:
those they have when it is done, not those they had when they asked.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth import holdings
from core.auth.actor import Actor, limited_to
from core.auth.models import User
from core.db.session import binding
from core.errors import Forbidden


def act_as(session: Session, user_id: int, abilities: Iterable[str] | None = None) -> Actor:
    """From here on this session may do what the user may, and no more than these permissions
    where `abilities` are given; raises Forbidden for a user who is gone or switched off."""
    found = session.execute(
        select(User.id, User.name, User.locale, *holdings.columns()).where(
            User.id == user_id, User.is_active
        )
    ).one_or_none()
    if found is None:
        raise Forbidden(
            "Whoever asked for this can no longer sign in.",
            fix="Somebody else has to ask for it again.",
        )
    who = Actor("user", found.name, found.id, locale=found.locale)
    who = holdings.of_row(found).given_to(who)
    if abilities is not None:
        who = limited_to(who, abilities)
    binding(session).context["actor"] = who
    return who
