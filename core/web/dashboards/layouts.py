"""Whose start page is arranged how: one's own way, else as one's role begins, else as the addons
suggest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.auth.models import Role, UserRole
from core.web.dashboards.layout import Layout, Placed, read, write
from core.web.dashboards.models import DashboardLayout


@dataclass(frozen=True, slots=True)
class Arranged:
    """The start page of somebody; `own` if they arranged it themselves."""

    layout: Layout
    own: bool


def arranged(session: Session, suggested: Iterable[Placed]) -> Arranged:
    """The actor's start page; `suggested` are the cards that addons want shown."""
    found = _stored(session)
    if found is None:
        return Arranged(Layout().with_new(suggested), own=False)
    return Arranged(read(found.content).with_new(suggested), own=found.user_id is not None)


def keep(session: Session, layout: Layout) -> None:
    """Arrange the actor's own start page like this."""
    _put(session, layout, user_id=actor(session).user_id)


def keep_for_role(session: Session, role: Role, layout: Layout) -> None:
    """Let those who hold the role, and have arranged nothing themselves, begin like this."""
    _put(session, layout, role_id=role.id)


def forget_own(session: Session) -> None:
    """Let the actor have the start page that their role begins with."""
    mine = DashboardLayout.user_id == actor(session).user_id
    session.execute(delete(DashboardLayout).where(mine))


def _stored(session: Session) -> DashboardLayout | None:
    user_id = actor(session).user_id
    if user_id is None:
        return None
    held = select(UserRole.role_id).where(UserRole.user_id == user_id, UserRole.in_force())
    # One's own comes first; of several roles the one that is older.
    found = select(DashboardLayout).where(
        (DashboardLayout.user_id == user_id) | DashboardLayout.role_id.in_(held)
    )
    order = (DashboardLayout.user_id.is_(None), DashboardLayout.role_id)
    return session.scalar(found.order_by(*order).limit(1))


def _put(
    session: Session, layout: Layout, *, user_id: int | None = None, role_id: int | None = None
) -> None:
    content = write(layout)
    statement = insert(DashboardLayout).values(user_id=user_id, role_id=role_id, content=content)
    key = DashboardLayout.role_id if user_id is None else DashboardLayout.user_id
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[key],
            set_={"content": content, "version": DashboardLayout.version + 1},
        )
    )
