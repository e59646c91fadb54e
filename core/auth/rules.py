"""Record rules: over which records of a resource an actor's permission reaches.

The same rule in two forms, a condition for the database and a test of one record in hand;
tests/auth holds them against each other.
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, false
from sqlalchemy.orm import Session

from core.auth.actor import Actor, Scope, actor
from core.declare import Permission, RecordRules, Resource

Statement = TypeVar("Statement", bound=Select[Any])


def apply_rules(
    session: Session, statement: Statement, resource: Resource, permission: Permission
) -> Statement:
    """The statement, narrowed to the records that the session's actor may reach."""
    who = actor(session)
    scope = who.scope(permission.code)
    if scope == "all":
        return statement
    return statement.where(_condition(resource, who, scope))


def check_record(session: Session, resource: Resource, permission: Permission, record: Any) -> bool:
    """Whether the session's actor may reach this record with this permission."""
    return reaches(actor(session), resource, permission.code, record)


def reaches(who: Actor, resource: Resource, code: str, record: Any) -> bool:
    """Whether an actor's permission reaches a record."""
    scope = who.scope(code)
    if scope is None or scope == "all":
        return scope == "all"
    column = rule_column(resource.rules, scope)
    return bool(column) and getattr(record, column) in held_values(who, scope)


def rule_column(rules: RecordRules, scope: Scope) -> str:
    """The column that a narrow scope compares, or nothing if the resource has none: then the
    scope reaches no record."""
    return {"all": "", "branch": rules.branch, "team": rules.team, "own": rules.owner}[scope]


def held_values(who: Actor, scope: Scope) -> frozenset[int]:
    """What the column must hold for this actor."""
    if scope == "branch":
        return who.branches
    if scope == "team":
        return who.teams
    return frozenset() if who.user_id is None else frozenset({who.user_id})


def _condition(resource: Resource, who: Actor, scope: Scope | None) -> ColumnElement[bool]:
    column = "" if scope is None else rule_column(resource.rules, scope)
    if scope is None or not column:
        return false()
    return getattr(resource.model, column).in_(held_values(who, scope))
