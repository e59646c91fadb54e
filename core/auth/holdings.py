"""What a user holds now: permissions with their scopes, teams, branches, as parts of one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from sqlalchemy import ColumnElement, Row, func, select

from core.auth.actor import Actor, Scope
from core.auth.models import BranchMember, Role, RolePermission, TeamMember, User, UserRole

SCOPES: tuple[Scope, ...] = get_args(Scope)
"""Widest first."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """The rights that a user's roles and memberships add up to."""

    unlimited: bool
    grants: Mapping[str, Scope]
    teams: frozenset[int]
    branches: frozenset[int]

    def given_to(self, actor: Actor) -> Actor:
        """The actor with these rights instead of its own."""
        return replace(
            actor,
            grants=self.grants,
            teams=self.teams,
            branches=self.branches,
            unlimited=self.unlimited,
        )


def columns() -> list[ColumnElement[Any]]:
    """Columns for a query over users, read back with `of_row`."""
    held = (
        select(func.coalesce(func.bool_or(Role.unlimited), False))
        .join(UserRole, UserRole.role_id == Role.id)
        .where(UserRole.user_id == User.id, UserRole.in_force())
    )
    granted = (
        select(
            func.jsonb_agg(func.jsonb_build_array(RolePermission.permission, RolePermission.scope))
        )
        .join(UserRole, UserRole.role_id == RolePermission.role_id)
        .where(UserRole.user_id == User.id, UserRole.in_force())
    )
    teams = select(func.array_agg(TeamMember.team_id)).where(TeamMember.user_id == User.id)
    branches = select(func.array_agg(BranchMember.branch_id)).where(BranchMember.user_id == User.id)
    return [
        held.correlate(User).scalar_subquery().label("unlimited"),
        granted.correlate(User).scalar_subquery().label("granted"),
        teams.correlate(User).scalar_subquery().label("teams"),
        branches.correlate(User).scalar_subquery().label("branches"),
    ]


def of_row(row: Row[*tuple[Any, ...]]) -> Holdings:
    """The holdings in a row that selected `columns()`."""
    return Holdings(
        unlimited=row.unlimited,
        grants=widest(row.granted or ()),
        teams=frozenset(row.teams or ()),
        branches=frozenset(row.branches or ()),
    )


def widest(granted: Iterable[tuple[str, Scope]]) -> dict[str, Scope]:
    """The widest scope of each permission."""
    grants: dict[str, Scope] = {}
    for permission, scope in granted:
        present = grants.get(permission)
        if present is None or SCOPES.index(scope) < SCOPES.index(present):
            grants[permission] = scope
    return grants
