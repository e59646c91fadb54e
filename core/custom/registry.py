"""The custom fields of each tenant, remembered by every process for less than a second.

Read within the request's own session from the tenant's own database, by the pattern of
core.addons.states: a change is seen in its own process at once and elsewhere within `TTL`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.custom.definitions import FieldDefinition, Option, Rules
from core.custom.models import CustomField
from core.db.session import after_commit, binding

TTL: Final = 0.8
"""Seconds that an answer is believed."""
_KEPT: Final = 500
"""Tenants remembered; the one longest unread goes first."""


@dataclass(frozen=True, slots=True)
class TenantFields:
    """The fields in use, by resource. `memo` is for what others work out from them: it lives
    exactly as long as the fields stay what they are, and so never outlives them."""

    by_resource: Mapping[str, tuple[FieldDefinition, ...]]
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def of(self, resource: str) -> tuple[FieldDefinition, ...]:
        """The fields of a resource, in their order."""
        return self.by_resource.get(resource, ())


@dataclass(frozen=True, slots=True)
class _Known:
    fields: TenantFields
    at: float


class CustomFields:
    """The fields of the tenants that this process serves; thread-safe, one per process."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._epoch = 0
        self._lock = threading.Lock()

    def of(self, session: Session) -> TenantFields:
        """The fields of the session's tenant, at most `TTL` seconds old."""
        tenant_id = binding(session).tenant.id
        known, now = self._known.get(tenant_id), self._clock()
        if known is not None and now - known.at < TTL:
            return known.fields
        epoch = self._epoch
        fields = read(session)
        if known is not None and known.fields == fields:
            fields = known.fields  # and with them what was worked out from them
        with self._lock:
            # What was read before a change was made known may be older than the change.
            if epoch == self._epoch:
                self._keep(tenant_id, _Known(fields, now))
        return fields

    def forget(self, tenant_id: str) -> None:
        """Read anew the next time."""
        with self._lock:
            self._epoch += 1
            known = self._known.get(tenant_id)
            if known is not None:
                self._known[tenant_id] = replace(known, at=float("-inf"))

    def _keep(self, tenant_id: str, known: _Known) -> None:
        self._known.pop(tenant_id, None)
        self._known[tenant_id] = known
        while len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]


def fields_of(session: Session, resource: str) -> tuple[FieldDefinition, ...]:
    """The custom fields in use of a resource of the session's tenant."""
    return tenant_fields(session).of(resource)


def tenant_fields(session: Session) -> TenantFields:
    """All custom fields in use of the session's tenant."""
    return binding(session).context["kernel"].custom_fields.of(session)


def forget_fields(session: Session) -> None:
    """Once this transaction has committed, this process reads its tenant's fields anew."""
    bound = binding(session)
    known: CustomFields = bound.context["kernel"].custom_fields
    after_commit(session, lambda: known.forget(bound.tenant.id))


def read(session: Session) -> TenantFields:
    """The fields in use as the database has them now."""
    statement = (
        select(CustomField)
        .where(CustomField.archived_at.is_(None))
        .order_by(CustomField.resource, CustomField.position, CustomField.id)
    )
    grouped: dict[str, list[FieldDefinition]] = {}
    for row in session.connection().execute(statement):
        grouped.setdefault(row.resource, []).append(definition_of(row))
    return TenantFields({name: tuple(items) for name, items in grouped.items()})


def definition_of(row: Any) -> FieldDefinition:
    """The field in a row of its table, or in a record."""
    return FieldDefinition(
        id=row.id,
        version=row.version,
        resource=row.resource,
        name=row.name,
        type=row.type,
        titles=tuple(row.titles.items()),
        helps=tuple(row.helps.items()),
        rules=rules_of(row.rules),
        initial=tuple(row.initial) if isinstance(row.initial, list) else row.initial,
        required=row.required,
        unique=row.unique,
        listed=row.listed,
        searchable=row.searchable,
        section=row.section,
        position=row.position,
        seen_by=frozenset(row.seen_by),
        edited_by=frozenset(row.edited_by),
        archived=row.archived_at is not None,
    )


def rules_of(stored: Mapping[str, Any]) -> Rules:
    """The rules as their column holds them."""
    options = tuple(
        Option(item["code"], tuple(item["titles"].items())) for item in stored.get("options", ())
    )
    return Rules(**{**stored, "options": options})


def stored_rules(rules: Rules) -> dict[str, Any]:
    """The rules as their column holds them, without what is not asked."""
    blank = Rules()
    names = ("low", "high", "digits", "min_length", "max_length", "pattern", "reference")
    stored = {
        name: value for name in names if (value := getattr(rules, name)) != getattr(blank, name)
    }
    if rules.options:
        stored["options"] = [
            {"code": item.code, "titles": dict(item.titles)} for item in rules.options
        ]
    return stored
