"""Who takes a seat: counted as the licences count, and asked for before there is one more.

A seat of an addon is taken by each active user whose roles hold any of its permissions;
administrators hold them all, and so take one too. The quota of users counts every active user.
Neither API tokens, the platform's own jobs nor guests take any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.addons.catalog import Catalog
from core.addons.limits import LimitReached, Limits, limits_of
from core.auth.models import Role, RolePermission, User, UserRole
from core.db.session import binding
from core.i18n.phrases import phrase

_LOCK: Final = 7_215_009
"""Taken while seats are counted and given out, where they are limited: two administrators who add
the last one at the same time do not both succeed."""


@dataclass(frozen=True, slots=True)
class SeatCount:
    """The seats of an addon: how many there are, None for no bound, and who takes one."""

    addon: str
    most: int | None
    names: tuple[str, ...]

    @property
    def used(self) -> int:
        return len(self.names)


def seats_of(session: Session, addon: str) -> SeatCount:
    """Who takes a seat of this addon, by name."""
    names = session.scalars(select(User.name).where(_seated(addon)).order_by(User.name, User.id))
    return SeatCount(addon, limits_of(session).seats.get(addon), tuple(names))


def seats_taken(session: Session, addons: Sequence[str]) -> tuple[dict[str, int], int]:
    """How many seats of each of these addons are taken, and how many users can sign in: at one
    look, whatever the number of addons."""
    counts = [func.count().filter(_seated(addon)) for addon in addons]
    everybody = select(*counts, func.count()).select_from(User)
    *seats, users = session.execute(everybody.where(User.is_active, ~User.is_guest)).one()
    return dict(zip(addons, seats, strict=True)), users


def active_users(session: Session) -> int:
    """How many users can sign in."""
    counted = select(func.count()).select_from(User).where(User.is_active, ~User.is_guest)
    return session.scalar(counted) or 0


@contextmanager
def within_seats(session: Session) -> Iterator[None]:
    """Do what may give users more rights, flushed; raises LimitReached if it took a seat too many.

    What was over the limit before may stay so, and become less.
    """
    limits = limits_of(session)
    if not limits.seats and "users" not in limits.quotas:
        yield
        session.flush()
        return
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    before = _counts(session, limits)
    yield
    session.flush()
    for name, number in _counts(session, limits).items():
        most = limits.seats[name] if name else limits.quotas["users"].most
        if number > most and number > before[name]:
            raise _too_many(session, name, most)


def _counts(session: Session, limits: Limits) -> dict[str, int]:
    """The users of each limited addon, and under "" all of them if they are limited."""
    counted = {
        name: session.scalar(select(func.count()).select_from(User).where(_seated(name))) or 0
        for name in limits.seats
    }
    return counted | ({"": active_users(session)} if "users" in limits.quotas else {})


def _seated(addon: str) -> ColumnElement[bool]:
    granted = RolePermission.permission.startswith(f"{addon}.", autoescape=True)
    held = (
        select(UserRole.id)
        .join(Role, Role.id == UserRole.role_id)
        .outerjoin(RolePermission, RolePermission.role_id == Role.id)
        .where(UserRole.user_id == User.id, or_(Role.unlimited, granted))
    )
    return User.is_active & ~User.is_guest & held.exists()


def _too_many(session: Session, addon: str, most: int) -> LimitReached:
    if not addon:
        return LimitReached(
            phrase("Your licence covers {count} users, and there are as many.", count=most),
            fix=phrase("Make somebody inactive who left, or ask for a licence of more users."),
        )
    catalog: Catalog = binding(session).context["kernel"].catalog
    title = phrase(catalog.addons[addon].manifest.title)
    return LimitReached(
        phrase("All {count} seats of {addon} are taken.", count=most, addon=title),
        fix=phrase(
            "Take its permissions from somebody who does not need them, or ask for more seats."
            " Settings → Licences shows who takes one."
        ),
    )
