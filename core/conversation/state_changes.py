"""Followers hear when a record moves on, whoever or whatever moved it.

Every flush is looked through for records whose state changes: a payment that settles an invoice
passes through no button of the invoice. At the commit it is asked, once for all of them, whether
anybody but the author follows; only then is there a job.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from core.addons.catalog import CatalogView
from core.addons.states import view
from core.conversation.followers import followers_by_record
from core.conversation.notices import give_notice
from core.conversation.readers import readers_among
from core.conversation.states import state_attribute, state_code
from core.conversation.subjects import KEY, Subject, is_discussed, open_conversation
from core.db.session import binding
from core.jobs.queue import enqueue

JOB: Final = "core.tell_states"
AT_ONCE: Final = 200
"""Records that one job tells of."""
_CHANGED: Final = "aorabooks.conversation.states"


@dataclass(frozen=True, slots=True)
class _Watched:
    """A table whose state is watched, by the resource that shows it."""

    resource: str
    table: str
    attribute: str


def watch(session: Session, *_: Any) -> None:
    """Before each flush: note which records are about to change their state."""
    if not session.dirty or "state" not in _context(session):
        return
    watched = _watched(view(session))
    for record in session.dirty:
        found = watched.get(type(record))
        if found is None:
            continue
        history = inspect(record).attrs[found.attribute].history
        if history.added and history.deleted and history.added != history.deleted:
            changed = session.info.setdefault(_CHANGED, {})
            changed[found, str(getattr(record, KEY))] = state_code(history.added[0])


def ask_for_telling(session: Session) -> None:
    """Before the commit: have a job tell the followers, if there are any but the author."""
    if session.in_nested_transaction():
        return
    session.flush()
    changed: dict[tuple[_Watched, str], str] = session.info.pop(_CHANGED, {})
    if not changed:
        return
    by_table: dict[_Watched, dict[str, str]] = {}
    for (watched, record_id), state in changed.items():
        by_table.setdefault(watched, {})[record_id] = state
    author = binding(session).author.user_id
    for watched, states in by_table.items():
        followers = followers_by_record(session, watched.table, states)
        news = [
            [record_id, states[record_id], sorted(users - {author})]
            for record_id, users in followers.items()
            if users - {author}
        ]
        for start in range(0, len(news), AT_ONCE):
            part = news[start : start + AT_ONCE]
            enqueue(session, JOB, resource=watched.resource, table=watched.table, news=part)


def tell_states(session: Session, *, resource: str, table: str, news: Iterable[list[Any]]) -> None:
    """The job: a notice for every follower who may read the record now."""
    actor = binding(session).author.label
    for record_id, state, user_ids in news:
        subject = Subject(resource, table, record_id)
        people = readers_among(session, subject, user_ids)
        if people:
            give_notice(
                session,
                subject,
                open_conversation(session, subject),
                dict.fromkeys(people, "state"),
                actor=actor,
                details={"state": state},
            )


def _context(session: Session) -> Mapping[str, Any]:
    try:
        return binding(session).context
    except LookupError:
        return {}


@lru_cache(maxsize=256)
def _watched(catalog: CatalogView) -> Mapping[type[Any], _Watched]:
    watched: dict[type[Any], _Watched] = {}
    for full_name, owned in catalog.resources.items():
        resource = owned.item
        attribute = state_attribute(resource)
        if attribute and is_discussed(resource) and attribute in inspect(resource.model).columns:
            table = resource.model.__table__.fullname
            watched.setdefault(resource.model, _Watched(full_name, table, attribute))
    return watched


event.listen(Session, "before_flush", watch)
# Before the jobs announce what is due at the commit: this asks for one more.
event.listen(Session, "before_commit", ask_for_telling, insert=True)
