"""Tells open pages which records a transaction has changed, once it has committed.

The channel of a resource bears its full name (`accounting.entries`); a notice holds keys of
records, or nothing where they are many or not known. What goes through the session's objects
or statements is seen here; a service that writes by other means says so with `announce`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, Session

from core.addons.states import view
from core.db.session import after_commit, binding, is_bound
from core.live.subjects import Subjects, subjects_of

if TYPE_CHECKING:
    from core.kernel import Kernel

_CHANGED: Final = "aorabooks.changed"
MOST_KEYS: Final = 100
"""Beyond so many a notice says no more than that something changed."""

_Changed = dict[str, set[str] | None]
"""Keys by resource; None where not all of them are known."""


def announce(session: Session, resource: str, *keys: Any) -> None:
    """These records of a resource change in this transaction, by SQL that the session does not
    see; without keys, any of them might."""
    changed = _changed_in(session)
    if keys:
        for key in keys:
            _note(changed, resource, str(key))
    else:
        changed[resource] = None


def announce_table(session: Session, table: str) -> None:
    """Rows of this table come by SQL that the session does not see: any record that they belong to
    might have changed."""
    for subject in _subjects(session).get(table, ()):
        _changed_in(session)[subject.resource] = None


def announce_records(session: Session, records: Iterable[Any]) -> None:
    """These records come, change or go in this transaction."""
    subjects = _subjects(session)
    if not subjects:
        return
    for record in records:
        mapper = inspect(type(record))
        for subject in subjects.get(mapper.local_table.fullname, ()):
            if subject.parent:
                key = getattr(record, subject.parent)
            else:
                (key, *_others) = mapper.primary_key_from_instance(record)
            if key is not None:
                _note(_changed_in(session), subject.resource, str(key))


def changes_in(session: Session) -> Mapping[str, Collection[str] | None]:
    """What this transaction has changed so far: keys by resource, None where they are many or
    not all known."""
    return session.info.get(_CHANGED, {})


@event.listens_for(Session, "after_flush")
def _see_flush(session: Session, _: Any) -> None:
    announce_records(session, (*session.new, *session.dirty, *session.deleted))


@event.listens_for(Session, "do_orm_execute")
def _see_statement(state: ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    table = getattr(state.statement, "table", None)
    announce_table(state.session, getattr(table, "fullname", ""))


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_CHANGED, None)


def _subjects(session: Session) -> Subjects:
    if not is_bound(session) or "state" not in binding(session).context:
        return {}
    return subjects_of(view(session))


def _changed_in(session: Session) -> _Changed:
    changed: _Changed | None = session.info.get(_CHANGED)
    if changed is None:
        changed = session.info[_CHANGED] = {}
        after_commit(session, lambda: _publish(session))
    return changed


def _note(changed: _Changed, resource: str, key: str) -> None:
    keys = changed.setdefault(resource, set())
    if keys is not None:
        keys.add(key)
        if len(keys) > MOST_KEYS:
            changed[resource] = None


def _publish(session: Session) -> None:
    kernel: Kernel = binding(session).context["kernel"]
    tenant, changed = binding(session).tenant, session.info.pop(_CHANGED, {})
    for resource, keys in changed.items():
        kernel.channels.publish(tenant, resource, {"ids": sorted(keys)} if keys else {})
