"""Nobody gives away, or takes over, more rights than they hold themselves.

Without this, the right to manage users would be the right to become an administrator: by
giving oneself the role, or by sending oneself an administrator's reset link.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from core.auth.actor import Actor, Scope, actor
from core.auth.explanation import actor_of
from core.auth.holdings import SCOPES
from core.auth.models import Role, User
from core.errors import Forbidden
from core.i18n import phrase


def require_over_user(session: Session, user: User) -> None:
    """Raise Forbidden unless the actor may do everything that this user may."""
    who = actor(session)
    if who.unlimited or who.user_id == user.id:
        return
    held = actor_of(session, user)
    if held.unlimited or not _covers(who, held.grants):
        raise Forbidden(
            phrase("{name} may do more than you; you cannot change this account.", name=user.name),
            fix=phrase("Ask an administrator."),
        )


def require_over_role(session: Session, role: Role) -> None:
    """Raise Forbidden unless the actor holds everything that this role grants."""
    who = actor(session)
    if not who.unlimited and role.unlimited:
        raise Forbidden(phrase("Only an administrator can give or take {role}.", role=role.title))
    require_grants(session, [(granted.permission, granted.scope) for granted in role.permissions])


def require_grants(session: Session, grants: Iterable[tuple[str, Scope]]) -> None:
    """Raise Forbidden unless the actor holds these permissions, over as many records."""
    who = actor(session)
    for code, scope in grants:
        if not _covers(who, {code: scope}):
            raise Forbidden(
                phrase("You cannot give {code} with the scope “{scope}”.", code=code, scope=scope),
                fix=phrase("You can give what you hold yourself; ask an administrator."),
            )


def _covers(who: Actor, grants: Mapping[str, Scope]) -> bool:
    return all(
        (held := who.scope(code)) is not None and SCOPES.index(held) <= SCOPES.index(scope)
        for code, scope in grants.items()
    )
