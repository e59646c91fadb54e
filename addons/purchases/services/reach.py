"""How far somebody's right reaches, for pages that the toolkit does not narrow."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.api import NotFound, Permission, actor, phrase


def require_reach(
    session: Session, permission: Permission, *, owner_id: int | None, branch_id: int | None
) -> None:
    """Raise NotFound, as if it were not there, for a document beyond the actor's reach."""
    who = actor(session)
    scope = who.scope(permission.code)
    if scope == "all":
        return
    if scope == "branch" and branch_id is not None and branch_id in who.branches:
        return
    if scope in ("own", "team") and owner_id is not None and owner_id == who.user_id:
        return
    raise NotFound(phrase("There is no such document."))
