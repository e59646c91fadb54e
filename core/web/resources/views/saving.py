"""Keeping the state of a list as a view, changing and sharing it, and choosing what opens first.

Whoever reads a list may keep views of their own and choose which opens first for them. To share
one, to change a shared one, and to choose for a role takes a permission.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.auth.models import Role
from core.errors import Conflict, Forbidden, InvalidInput, NotFound
from core.i18n import phrase
from core.web.replies import Redirect, Reply
from core.web.request import Request
from core.web.resources import form_once
from core.web.resources.links import PLAIN_VIEW, VIEW, ListAddress
from core.web.resources.list_fields import list_fields
from core.web.resources.shape import Shape
from core.web.resources.showing import culture_for
from core.web.resources.views.declarations import SHARE_VIEWS
from core.web.resources.views.models import DefaultView, SavedView
from core.web.resources.views.opening import state_items
from core.web.resources.views.state import read_state
from core.web.resources.views.store import forget_views, views_of, written

MAX_TITLE: Final = 60
MAX_QUERY: Final = 4000
MAX_VIEWS: Final = 100
"""Views that one person keeps of one list."""


def create_view(shape: Shape, session: Session, request: Request) -> Reply:
    """Keep a state as a new view."""
    repeated = form_once.earlier(session, request)
    if repeated is not None:
        return repeated
    user_id = _user(session)
    kept = select(func.count()).where(
        SavedView.resource == shape.full_name, SavedView.owner_id == user_id
    )
    if session.scalars(kept).one() >= MAX_VIEWS:
        raise Conflict(
            phrase("You keep {limit} views of this list already.", limit=MAX_VIEWS),
            fix="Delete one that you no longer need.",
        )
    view = SavedView(resource=shape.full_name, owner_id=user_id)
    _fill(session, shape, request, view, query=_query(session, shape, request))
    session.add(view)
    session.flush()
    forget_views(session, shape)
    if request.form.get("mine"):
        _set_default(session, shape, str(view.id), user_id=user_id)
    said = phrase("The view “{title}” is kept.", title=view.title)
    return form_once.keep(session, request, Redirect(_address(shape, str(view.id)), said))


def change_view(shape: Shape, session: Session, request: Request) -> Reply:
    """Rename or share a view, or keep the present state in it."""
    view = _changeable(session, shape, request)
    if str(view.version) != request.form.get("version", str(view.version)):
        raise Conflict(
            phrase("The view was changed by somebody else meanwhile."),
            fix="Open it again, and make your change on what it is now.",
        )
    query = _query(session, shape, request) if request.form.get("keep_state") else None
    _fill(session, shape, request, view, query=query)
    forget_views(session, shape)
    if not view.shared:
        _forget_roles(session, shape, str(view.id))
    said = phrase("The view “{title}” is kept.", title=view.title)
    return Redirect(_address(shape, str(view.id)), said)


def delete_view(shape: Shape, session: Session, request: Request) -> Reply:
    """Delete a view; whom it opened first for gets the list as it is declared."""
    view = _changeable(session, shape, request)
    title, key = view.title, str(view.id)
    session.delete(view)
    session.flush()
    forget_views(session, shape)
    for default in session.scalars(default_views(shape).where(DefaultView.view == key)):
        session.delete(default)
    return Redirect(shape.url, phrase("The view “{title}” was deleted.", title=title))


def choose_default(shape: Shape, session: Session, request: Request) -> Reply:
    """Choose the view that the list opens with, for oneself or for roles."""
    key = request.form.get(VIEW, "")
    view = views_of(session, shape, key).find(key)
    forget_views(session, shape)
    if view is None and key != PLAIN_VIEW:
        raise _no_view()
    who = actor(session)
    if who.user_id is not None:
        chosen = key if request.form.get("mine") else ""
        _set_default(session, shape, chosen, user_id=who.user_id, only=key)
    if "roles_shown" in request.form:
        if not who.may(SHARE_VIEWS.code):
            raise _not_shared()
        if view is not None and view.origin == "own":
            raise InvalidInput.of("roles", phrase("Share the view first: nobody else sees it."))
        wanted = {
            int(text)
            for text in request.form.getlist("roles")
            if text.isdecimal() and len(text) < 19
        }
        for role_id in session.scalars(select(Role.id)):
            chosen = key if role_id in wanted else ""
            _set_default(session, shape, chosen, role_id=role_id, only=key)
    return Redirect(_address(shape, key), phrase("Saved."))


def _fill(
    session: Session, shape: Shape, request: Request, view: SavedView, *, query: str | None
) -> None:
    title = " ".join(request.form.get("title", view.title or "").split())
    if not title or len(title) > MAX_TITLE or "\x00" in title:
        raise InvalidInput.of(
            "title", phrase("Give the view a name of at most {limit} letters.", limit=MAX_TITLE)
        )
    shared = bool(request.form.get("shared"))
    if shared and not actor(session).may(SHARE_VIEWS.code):
        raise _not_shared()
    same = select(SavedView.id).where(
        SavedView.resource == shape.full_name,
        func.lower(SavedView.title) == func.lower(title),
        SavedView.shared if shared else SavedView.owner_id == view.owner_id,
        SavedView.shared == shared,
        SavedView.id != (view.id or 0),
    )
    if session.scalars(same).first() is not None:
        raise InvalidInput.of("title", phrase("There is a view “{title}” already.", title=title))
    view.title, view.shared = title, shared
    if query is not None:
        view.query = query


def _query(session: Session, shape: Shape, request: Request) -> str:
    """The state that a form sends, if the list could open in it; raises InvalidInput."""
    text = request.form.get("query", "")
    if len(text) > MAX_QUERY:
        raise InvalidInput.of("query", phrase("There is too much in this view to keep it."))
    items = state_items(parse_qsl(text))
    read_state(list_fields(session, shape), items, culture_for(request))
    return written(items)


def saved_views(shape: Shape) -> Any:
    """All saved views of a list, as a select."""
    return select(SavedView).where(SavedView.resource == shape.full_name)


def _changeable(session: Session, shape: Shape, request: Request) -> SavedView:
    statement = (
        saved_views(shape).where(SavedView.id == request.path_params["id"]).with_for_update()
    )
    view = session.scalars(statement).one_or_none()
    if view is None or not (view.shared or view.owner_id == actor(session).user_id):
        raise _no_view()
    if not may_change(session, view):
        raise _not_shared()
    return view


def may_change(session: Session, view: SavedView) -> bool:
    """Whether the actor may change a saved view: their own, or with the permission a shared one."""
    who = actor(session)
    return who.may(SHARE_VIEWS.code) if view.shared else view.owner_id == who.user_id


def default_views(shape: Shape) -> Any:
    """Which views of a list open first, as a select."""
    return select(DefaultView).where(DefaultView.resource == shape.full_name)


def _set_default(
    session: Session,
    shape: Shape,
    key: str,
    *,
    user_id: int | None = None,
    role_id: int | None = None,
    only: str = "",
) -> None:
    """Let this view open first for a user or a role; "" lets none, if it was `only` that did."""
    statement = default_views(shape).where(
        DefaultView.user_id == user_id if role_id is None else DefaultView.role_id == role_id
    )
    present = session.scalars(statement.with_for_update()).one_or_none()
    if key and present is None:
        new = DefaultView(resource=shape.full_name, user_id=user_id, role_id=role_id, view=key)
        session.add(new)
    elif key and present is not None and present.view != key:
        present.view = key
    elif not key and present is not None and present.view == only:
        session.delete(present)


def _forget_roles(session: Session, shape: Shape, key: str) -> None:
    """Nobody else sees a view that is no longer shared."""
    mine = DefaultView.user_id.is_distinct_from(actor(session).user_id)
    session.execute(
        delete(DefaultView).where(
            DefaultView.resource == shape.full_name, DefaultView.view == key, mine
        )
    )


def _address(shape: Shape, key: str) -> str:
    return ListAddress(shape.url, ((VIEW, key),)).url()


def _user(session: Session) -> int:
    user_id = actor(session).user_id
    if user_id is None:
        raise Forbidden(phrase("Views belong to people: sign in to keep one."))
    return user_id


def _no_view() -> NotFound:
    return NotFound(
        phrase("There is no such view, or it is not shared with you."),
        fix="Open the list again and choose among the views above it.",
    )


def _not_shared() -> Forbidden:
    return Forbidden(
        phrase("You may not share views, nor change shared ones."),
        fix="Keep a view of your own, or ask whoever gives out the roles in your company.",
    )
