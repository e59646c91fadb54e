"""Documents that pages of our own are about: found only by those who may see them."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy.orm import Session

from core.api import NotFound, Permission, Request, phrase

Document = TypeVar("Document")


def reach(
    session: Session, request: Request, model: type[Document], permission: Permission
) -> Document:
    """The document that the address names; raises NotFound where there is none, or it is not one
    of those that whoever asks may see with this permission."""
    found: Any = session.get(model, request.path_params["id"])
    scope = request.actor.scope(permission.code)
    if found is None or scope is None:
        raise NotFound(phrase("There is no such document."))
    held: dict[str, bool] = {
        "all": True,
        "branch": getattr(found, "branch_id", None) in request.actor.branches,
        "team": getattr(found, "team_id", None) in request.actor.teams,
        "own": getattr(found, "salesperson_id", None) == request.actor.user_id,
    }
    if not held[scope]:
        raise NotFound(phrase("There is no such document."))
    return found
