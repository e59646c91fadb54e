"""Who may read a record at this moment: asked before anybody is told anything about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.auth import holdings
from core.auth.actor import Actor
from core.auth.models import User
from core.auth.rules import apply_rules, reaches
from core.conversation.subjects import (
    KEY,
    Subject,
    is_discussed,
    record_of,
    resource_named,
)
from core.declare import Resource


@dataclass(frozen=True, slots=True)
class Person:
    """An active user as far as the conversation needs to know them."""

    id: int
    name: str
    email: str
    locale: str


@dataclass(frozen=True, slots=True)
class Named:
    """A record that a reader may see: what it is called, what it is, and where."""

    title: str
    kind: str
    url: str


def readers_among(session: Session, subject: Subject, user_ids: Iterable[int]) -> list[Person]:
    """Those of these users who are active and may read the record now."""
    resource = resource_named(session, subject.resource)
    if resource is None or not is_discussed(resource):
        return []
    record = record_of(session, resource, subject.record_id)
    if record is None:
        return []
    return readers_of(session, resource, record, _users().where(User.id.in_(set(user_ids))))


def readers_of(
    session: Session, resource: Resource, record: Any, users: Select[*tuple[Any, ...]]
) -> list[Person]:
    """Those users of a `people_query` who may read this record."""
    code = resource.access.read.code
    return [
        Person(row.id, row.name, row.email, row.locale)
        for row in session.execute(users)
        if reaches(_actor(row), resource, code, record)
    ]


def people_query() -> Select[*tuple[Any, ...]]:
    """The active users with what they hold, for `readers_of`; narrow it as you like."""
    return _users()


def readable_records(
    session: Session, wanted: Mapping[str, Iterable[str]]
) -> dict[tuple[str, str], Named]:
    """What the session's actor may see of these records, ids by resource; one query each."""
    found: dict[tuple[str, str], Named] = {}
    for full_name, ids in wanted.items():
        resource = resource_named(session, full_name)
        if resource is None or not is_discussed(resource):
            continue
        key = getattr(resource.model, KEY)
        keys = [int(one) for one in set(ids) if one.isdecimal()]
        statement = select(resource.model).where(key.in_(keys))
        for record in session.scalars(
            apply_rules(session, statement, resource, resource.access.read)
        ):
            record_id = str(getattr(record, KEY))
            url = f"/{full_name.replace('.', '/')}/{record_id}"
            title = resource.record_title(record)
            found[full_name, record_id] = Named(title, resource.singular, url)
    return found


def _users() -> Select[*tuple[Any, ...]]:
    return (
        select(User.id, User.name, User.email, User.locale, *holdings.columns())
        .where(User.is_active)
        .order_by(User.name, User.id)
    )


def _actor(row: Any) -> Actor:
    return holdings.of_row(row).given_to(Actor("user", row.name, row.id))
