"""The roles of a tenant: those that addons ship, kept in step with them, and its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import get_args

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core import declare
from core.addons.states import view
from core.auth.actor import Scope
from core.auth.actors import forget_actors
from core.auth.escalation import require_grants, require_over_role
from core.auth.models import Role, RolePermission, UserRole
from core.auth.seats import within_seats
from core.auth.users import ADMIN_ROLE
from core.db.session import binding
from core.errors import Conflict, InvalidInput, NotFound
from core.i18n import phrase

UNLIMITED = frozenset({ADMIN_ROLE})
"""Roles that hold every permission, those of addons to come included."""


def sync_roles(session: Session) -> None:
    """Keep the roles in step with the addons. Called whenever a tenant's addons changed.

    What an enabled addon newly declares is added and what it no longer declares is taken away;
    everything that the tenant's admin changed by hand stays, that about an addon which is not
    enabled now included. With a purged addon its roles go, and its permissions from the others.
    """
    rows, seen = binding(session).context["state"].rows.values(), view(session)
    for row in rows:
        if row.state == "purged":
            _remove_all_of(session, row.name)
    asleep = {row.name for row in rows if row.state != "purged"} - seen.enabled
    known = {role.code: role for role in all_roles(session)}
    granted = _granted([owned.item for owned in seen.all.roles])
    for owned in seen.all.roles:
        declared, role = owned.item, known.get(owned.item.code)
        if role is None:
            role = Role(
                code=declared.code,
                title=declared.title,
                addon=owned.addon,
                declared=[],
                unlimited=declared.code in UNLIMITED,
            )
            session.add(role)
        _follow(role, granted[declared.code], asleep)
    session.flush()
    forget_actors(session)


def all_roles(session: Session) -> list[Role]:
    """Every role, with its permissions."""
    found = select(Role).options(selectinload(Role.permissions)).order_by(Role.code)
    return list(session.scalars(found))


def get_role(session: Session, role_id: int) -> Role:
    """The role with this id; raises NotFound."""
    role = session.get(Role, role_id)
    if role is None:
        raise NotFound(phrase("There is no such role."))
    return role


def create_role(session: Session, *, title: str, grants: Mapping[str, Scope]) -> Role:
    """A role of the tenant's own."""
    title = _title(title)
    code = f"own.{re.sub(r'[^a-z0-9]+', '_', title.lower()).strip('_') or 'role'}"
    taken = set(session.scalars(select(Role.code).where(Role.code.startswith(code))))
    number = 1
    while (unique := code if number == 1 else f"{code}_{number}") in taken:
        number += 1
    role = Role(code=unique, title=title)
    session.add(role)
    session.flush()
    set_grants(session, role, grants)
    return role


def rename_role(session: Session, role: Role, title: str) -> None:
    """Call a role something else."""
    if role.title != title:
        require_over_role(session, role)
    role.title = _title(title)
    session.flush()


def set_grants(session: Session, role: Role, grants: Mapping[str, Scope]) -> None:
    """Make these the role's permissions. Permissions of addons that are not enabled stay as
    they are: nobody can see them to decide."""
    if role.unlimited:
        raise Conflict(
            phrase("{role} holds every permission and cannot be limited.", role=role.title),
            fix=phrase("Give its users another role instead."),
        )
    visible = view(session).permissions
    _check(grants, visible)
    held = {granted.permission: granted for granted in role.permissions}
    before: dict[str, Scope] = {c: granted.scope for c, granted in held.items() if c in visible}
    require_grants(session, sorted(before.items() ^ grants.items()))
    with within_seats(session):
        for code in visible.keys() & held.keys() - grants.keys():
            role.permissions.remove(held[code])
        for code, scope in grants.items():
            if code in held:
                held[code].scope = scope
            else:
                role.permissions.append(RolePermission(permission=code, scope=scope))
    forget_actors(session)


def delete_role(session: Session, role: Role) -> None:
    """Remove one of the tenant's own roles that nobody holds."""
    if role.addon:
        raise Conflict(
            phrase("{role} comes with an addon and cannot be deleted.", role=role.title),
            fix=phrase("Take away its permissions, or give nobody this role."),
        )
    if session.scalar(select(UserRole.id).where(UserRole.role_id == role.id).limit(1)):
        raise Conflict(
            phrase("{role} is held by users.", role=role.title),
            fix=phrase("Give these users another role first."),
        )
    require_over_role(session, role)
    session.delete(role)
    session.flush()


def _remove_all_of(session: Session, addon: str) -> None:
    for role in session.scalars(select(Role).where(Role.addon == addon)):
        session.delete(role)
    granted = RolePermission.permission.startswith(f"{addon}.", autoescape=True)
    for permission in session.scalars(select(RolePermission).where(granted)):
        session.delete(permission)
    # Enabled anew one day, it declares them anew.
    for role in all_roles(session):
        left = [code for code in role.declared or () if not code.startswith(f"{addon}.")]
        if left != list(role.declared or ()):
            role.declared = left
    session.flush()


def _granted(declared: Sequence[declare.Role]) -> dict[str, dict[str, Scope]]:
    """The permissions of each role and how far they reach: its own, and those that roles of other
    addons add to it."""
    granted = {role.code: _reaching(role) for role in declared}
    for role in declared:
        if role.adds_to in granted:
            granted[role.adds_to] = _reaching(role) | granted[role.adds_to]
    return granted


def _reaching(role: declare.Role) -> dict[str, Scope]:
    return dict.fromkeys(role.permissions, role.reach)


def _follow(role: Role, granted: Mapping[str, Scope], asleep: Collection[str]) -> None:
    before = set(role.declared or ())
    now = granted.keys() | {code for code in before if code.partition(".")[0] in asleep}
    held = {each.permission: each for each in role.permissions}
    for code in sorted(now - before - held.keys()):
        role.permissions.append(RolePermission(permission=code, scope=granted[code]))
    for code in before - now:
        if code in held:
            role.permissions.remove(held[code])
    if before != now:
        role.declared = sorted(now)


def _check(grants: Mapping[str, str], visible: Mapping[str, declare.Permission]) -> None:
    for code, scope in grants.items():
        if code not in visible:
            raise InvalidInput.of(code, phrase("There is no permission {code}.", code=code))
        if scope not in get_args(Scope):
            raise InvalidInput.of(
                code,
                phrase("{scope} is no scope.", scope=scope),
                fix=phrase("Choose one of {scopes}.", scopes=", ".join(get_args(Scope))),
            )


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise InvalidInput.of("title", phrase("Please give the role a name."))
    return title
