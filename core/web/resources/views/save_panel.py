"""The panel that keeps the state of a list as a view, and says for whom a view opens first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.auth.models import Role
from core.declare import msg
from core.web.request import Request
from core.web.resources import form_once
from core.web.resources.links import PLAIN_VIEW
from core.web.resources.shape import Shape
from core.web.resources.views.asking import Asked
from core.web.resources.views.declarations import SHARE_VIEWS
from core.web.resources.views.models import DefaultView, SavedView
from core.web.resources.views.opening import state_items
from core.web.resources.views.saving import default_views, may_change, saved_views
from core.web.resources.views.store import View, written


def save_panel(session: Session, request: Request, asked: Asked) -> Mapping[str, Any]:
    """The forms: a new view, the present one, and for whom it opens first."""
    view, may_share = asked.opened.view, actor(session).may(SHARE_VIEWS.code)
    saved = _saved(session, asked.shape, view) if view is not None else None
    key = view.key if view is not None else PLAIN_VIEW
    by_role = _role_defaults(session, asked.shape)
    return {
        "query": written(state_items(asked.address.items)),
        "view": view,
        "saved": saved,
        "may_change": saved is not None and may_change(session, saved),
        "may_share": may_share,
        "changed": asked.opened.changed,
        "title": asked.translate(msg("All")) if view is None else asked.translate(view.title),
        "key": key,
        "is_mine": asked.opened.views.mine == key,
        "roles": _roles(session, by_role, key)
        if may_share and (view is None or view.origin != "own")
        else [],
        "token": form_once.token_of(request),
        "url": f"{asked.shape.url}/views",
        "state": asked.address.url(),
    }


def _saved(session: Session, shape: Shape, view: View) -> SavedView | None:
    if view.saved_id is None:
        return None
    return session.scalars(saved_views(shape).where(SavedView.id == view.saved_id)).one_or_none()


def _role_defaults(session: Session, shape: Shape) -> dict[int, str]:
    statement = default_views(shape).where(DefaultView.role_id.is_not(None))
    return {item.role_id: item.view for item in session.scalars(statement)}


def _roles(session: Session, chosen: Mapping[int, str], key: str) -> list[tuple[int, str, bool]]:
    """All roles, and whether this view opens first for them."""
    roles = session.scalars(select(Role).order_by(Role.title))
    return [(role.id, role.title, chosen.get(role.id) == key) for role in roles]
