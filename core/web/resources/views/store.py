"""The views of a list: those that the resource brings along and those that people saved, and
which of them opens first for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, urlencode

import orjson
from sqlalchemy import BigInteger, Text, bindparam, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.auth.models import Role, UserRole
from core.belongings import forget, recall, remember
from core.db.session import after_commit
from core.declare import ListView
from core.web.resources.shape import Shape
from core.web.resources.views.models import DefaultView, SavedView

_SECONDS: Final = 0.8
"""How long views that were read will do: somebody types in the search, sorts and turns pages."""
Origin = Literal["declared", "shared", "own"]
Items = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class View:
    """A view that the actor may open. `key` is how addresses name it; the titles of `declared`
    ones are translated where they are shown."""

    key: str
    title: str
    items: tuple[tuple[str, str], ...]
    origin: Origin

    @property
    def saved_id(self) -> int | None:
        """Its number, if somebody saved it."""
        return int(self.key) if self.origin != "declared" else None


@dataclass(frozen=True, slots=True)
class Views:
    """The views open to the actor, and the key of the one that the list opens with ("" for the
    list as declared); `mine` is the actor's own choice of it."""

    views: tuple[View, ...]
    default: str
    mine: str

    def find(self, key: str) -> View | None:
        """The view of this key."""
        return next((view for view in self.views if view.key == key), None)


def views_of(session: Session, shape: Shape, wanted: str = "") -> Views:
    """The views of a list for the session's actor. What was read a moment ago will do, unless the
    view that is `wanted` was not among it."""
    user_id = actor(session).user_id
    kept = orjson.loads(recall(session, _kept(shape)) or b"{}")
    rows = kept.get(str(user_id))
    views = None if rows is None else _views(shape, rows)
    if views is None or (wanted.isdecimal() and views.find(wanted) is None):
        given = {"resource": shape.full_name, "user": user_id}
        rows = [list(row) for row in session.connection().execute(_known(), given)]
        packed = orjson.dumps({**kept, str(user_id): rows})
        remember(session, _kept(shape), packed, seconds=_SECONDS)
        views = _views(shape, rows)
    return views


def forget_views(session: Session, shape: Shape) -> None:
    """Read everybody's views of a list anew once this transaction has committed."""
    after_commit(session, lambda: forget(session, _kept(shape)))


def _kept(shape: Shape) -> str:
    return f"views:{shape.full_name}"


def _views(shape: Shape, rows: Sequence[Any]) -> Views:
    saved, chosen, roles = [], "", []
    by_role: list[str] = []
    for kind, number, text, query, flag in rows:
        if kind == "view":
            origin: Origin = "shared" if flag else "own"
            saved.append(View(str(number), text, tuple(parse_qsl(query)), origin))
        elif kind == "user":
            chosen = text
        elif kind == "role":
            by_role.append(text)
        else:
            roles.append(text)
    saved.sort(key=lambda view: (view.origin == "own", view.title.casefold()))
    views = (*declared_views(shape), *saved)
    keys = {view.key for view in views}
    wished = [chosen, *by_role, *_declared_defaults(shape.resource.views, roles)]
    default = next((key for key in wished if key in keys or key == "all"), "")
    return Views(views, "" if default == "all" else default, chosen)


@lru_cache(maxsize=2048)
def declared_views(shape: Shape) -> tuple[View, ...]:
    """The views that the resource brings along."""
    return tuple(
        View(view.name, view.title, tuple(declared_items(view)), "declared")
        for view in shape.resource.views
    )


def declared_items(view: ListView) -> Items:
    """A declared view as its address."""
    lists = (("columns", view.columns), ("group", view.group), ("sort", view.sort))
    items = [(name, ",".join(names)) for name, names in lists if names]
    searched = [("q", view.search)] if view.search else []
    return [*view.where, *items, *searched]


def written(items: Sequence[tuple[str, str]]) -> str:
    """Items as they are kept."""
    return urlencode(items)


def _declared_defaults(views: Sequence[ListView], roles: Sequence[str]) -> list[str]:
    held = set(roles)
    return [view.name for view in views if held.intersection(view.default_for)]


@lru_cache(maxsize=1)
def _known() -> Any:
    """Views, the user's choice, the choices for their roles, and those roles' codes."""
    resource, user = bindparam("resource", type_=Text), bindparam("user", type_=BigInteger)
    nothing, no = cast(null(), BigInteger), literal(False)
    visible = or_(SavedView.shared, SavedView.owner_id == user)
    held = select(UserRole.role_id).where(UserRole.user_id == user, UserRole.in_force())
    views = select(
        literal("view"), SavedView.id, SavedView.title, SavedView.query, SavedView.shared
    ).where(SavedView.resource == resource, visible)
    own = select(literal("user"), nothing, DefaultView.view, literal(""), no).where(
        DefaultView.resource == resource, DefaultView.user_id == user
    )
    by_role = (
        select(literal("role"), DefaultView.role_id, DefaultView.view, literal(""), no)
        .where(DefaultView.resource == resource, DefaultView.role_id.in_(held))
        .order_by(DefaultView.role_id)
    )
    roles = select(literal("code"), Role.id, Role.code, literal(""), no).where(Role.id.in_(held))
    return union_all(views, own, select(by_role.subquery()), roles)
