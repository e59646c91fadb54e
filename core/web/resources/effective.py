"""The shape of a resource as one tenant has it, for one reader: the single place where custom
fields come in.

Shapes are made once a process and shared by all tenants; what a tenant added is in a shape of
its own, remembered with that tenant's definitions and forgotten with them. Whatever is worked
out for a shape is remembered by that shape's identity, and so never meets another tenant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth.actor import actor
from core.auth.models import Role, UserRole
from core.custom.definitions import FieldDefinition, visible
from core.custom.registry import tenant_fields
from core.custom.storing import values_of
from core.db.session import binding
from core.web.custom.extending import can_extend, extended
from core.web.resources.shape import Shape
from core.web.resources.shaping import served_shape

_ROLES = "roles"


def shape_for(session: Session, shape: Shape) -> Shape:
    """The shape with the custom fields that the session's tenant has and its actor sees; the
    very same shape where there are none."""
    fields = tenant_fields(session)
    items = fields.of(shape.full_name)
    if not items or shape.custom or not can_extend(shape):
        return shape
    seen = visible(items, _roles(session, items))
    enabled = view(session)
    key = (shape, tuple((item.id, editable) for item, editable in seen), enabled)
    made = fields.memo.get(key)
    if made is None:
        wanted = {item.rules.reference for item in items if item.rules.reference}
        served = {name for name in wanted if served_shape(enabled, name) is not None}
        made = fields.memo.setdefault(key, extended(shape, seen, served) if seen else shape)
    return made


def shape_named(session: Session, full_name: str) -> Shape | None:
    """The shape for the session of the resource of this name, if its tenant has it."""
    shape = served_shape(view(session), full_name)
    return None if shape is None else shape_for(session, shape)


def handler(run: Callable[..., Any], shape: Shape) -> Callable[..., Any]:
    """A handler bound to the shape, `partial(run, shape, ...)`, bound to the shape as the
    request's tenant has it instead."""
    if not (isinstance(run, partial) and run.args[:1] == (shape,)):
        return run
    return partial(_run, partial(run.func, **run.keywords), shape, run.args[1:])


def with_values(session: Session, shape: Shape, records: Iterable[Any]) -> None:
    """Give records what they hold in the shape's custom fields, as attributes named like the
    inputs; one query for all of them, none where there are no such fields."""
    if not shape.custom:
        return
    by_key = {getattr(record, shape.key.name): record for record in records}
    held = values_of(session, shape.custom, by_key) if by_key else {}
    for key, record in by_key.items():
        values = held.get(key, {})
        for item in shape.custom:
            setattr(record, item.key, values.get(item.key))


def _run(
    run: Callable[..., Any], shape: Shape, given: tuple[Any, ...], session: Session, request: Any
) -> Any:
    return run(shape_for(session, shape), *given, session, request)


def _roles(session: Session, items: Iterable[FieldDefinition]) -> frozenset[str] | None:
    """The codes of the actor's roles, asked for once a session and only where a field depends on
    them; None for who holds every right."""
    who = actor(session)
    if who.unlimited:
        return None
    if not any(item.seen_by or item.edited_by for item in items):
        return frozenset()
    context = binding(session).context
    if _ROLES not in context:
        held = select(Role.code, Role.unlimited).join(UserRole, UserRole.role_id == Role.id)
        rows = (
            session.connection()
            .execute(held.where(UserRole.user_id == who.user_id, UserRole.in_force()))
            .all()
        )
        # An administrator's token may do less, and still sees what its owner sees.
        boundless = any(row.unlimited for row in rows)
        context[_ROLES] = None if boundless else frozenset(row.code for row in rows)
    return context[_ROLES]
