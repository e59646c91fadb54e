"""Notes: what people write beside a record, and how those hear of it whom it concerns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.conversation.followers import draw_in, followers_of
from core.conversation.mentions import Mention, mentioned_in
from core.conversation.models import Conversation, Entry
from core.conversation.notices import NoticeKind, give_notice
from core.conversation.plain_text import several_lines
from core.conversation.presence import conversation_changed
from core.conversation.readers import Person, readers_among
from core.conversation.subjects import Subject, open_conversation
from core.db.base import utc_now
from core.db.session import binding
from core.errors import Forbidden, NotFound
from core.i18n import phrase
from core.jobs.queue import enqueue

TELL_JOB: Final = "core.tell_followers"


@dataclass(frozen=True, slots=True)
class Written:
    """A note, and who was named in it but may not read the record, and so hears nothing."""

    entry: Entry
    not_told: tuple[str, ...]


def write_note(
    session: Session, subject: Subject, body: str, *, chosen: Collection[int] = ()
) -> Written:
    """Write a note. Who is named in it follows from now on, if they may read the record; the
    followers hear of it by a job. `chosen` are the users picked from the list of names."""
    body = several_lines(body, "body")
    mentions = mentioned_in(session, body, chosen)
    readers = readers_among(session, subject, [one.id for one in mentions])
    told = {person.id for person in readers}
    entry = add_entry(
        session, subject, "note", body, {"mentions": [[one.id, one.name] for one in mentions]}
    )
    draw_in(session, entry.conversation_id, told)
    tell_followers_of(session, subject, entry)
    return Written(entry, tuple(one.name for one in mentions if one.id not in told))


def change_note(session: Session, subject: Subject, entry: Entry, body: str) -> Written:
    """Change one's own note. Who is newly named in it hears of it."""
    require_own(session, entry)
    body = several_lines(body, "body")
    before = {one.id for one in mentions_of(entry)}
    mentions = mentioned_in(session, body, before)
    readers = readers_among(session, subject, [one.id for one in mentions])
    told = {person.id for person in readers}
    if body != entry.body:
        entry.body, entry.edited_at = body, utc_now()
        entry.details = {**entry.details, "mentions": [[one.id, one.name] for one in mentions]}
        draw_in(session, entry.conversation_id, told)
        session.flush()
        fresh = sorted(told - before)
        if fresh:
            tell_followers_of(session, subject, entry, only=fresh)
        conversation_changed(session, entry.conversation_id)
    return Written(entry, tuple(one.name for one in mentions if one.id not in told))


def delete_note(session: Session, entry: Entry) -> None:
    """Take one's own note back. The audit trail keeps it."""
    require_own(session, entry)
    session.delete(entry)
    session.flush()
    conversation_changed(session, entry.conversation_id)


def require_own(session: Session, entry: Entry) -> None:
    """Raise unless the actor wrote this note."""
    if entry.kind != "note" or entry.author_id is None or entry.author_id != actor(session).user_id:
        raise Forbidden(phrase("Only who wrote a note can change it or take it back."))


def add_entry(
    session: Session, subject: Subject, kind: str, body: str, details: Mapping[str, Any]
) -> Entry:
    """Put something onto the timeline of a record, in the actor's name."""
    author = binding(session).author
    entry = Entry(
        conversation_id=open_conversation(session, subject),
        kind=kind,
        author_id=author.user_id,
        author=author.label,
        body=body,
        details=dict(details),
    )
    session.add(entry)
    session.flush()
    conversation_changed(session, entry.conversation_id)
    return entry


def entry_of(session: Session, conversation_id: int | None, entry_id: int) -> Entry:
    """An entry of this very conversation; raises NotFound."""
    entry = session.get(Entry, entry_id)
    if entry is None or entry.conversation_id != conversation_id:
        raise NotFound(phrase("This entry is gone."))
    return entry


def mentions_of(entry: Entry) -> list[Mention]:
    """Who is named in a note."""
    return [Mention(user_id, name) for user_id, name in entry.details.get("mentions", ())]


def tell_followers_of(
    session: Session, subject: Subject, entry: Entry, *, only: Collection[int] | None = None
) -> None:
    """Have a job tell the followers of this entry; or `only` these people."""
    enqueue(
        session,
        TELL_JOB,
        entry_id=entry.id,
        resource=subject.resource,
        only=None if only is None else list(only),
    )


def tell_followers(
    session: Session, *, entry_id: int, resource: str, only: list[int] | None = None
) -> None:
    """The job: a notice for every follower who may read the record now, but for the author."""
    entry = session.get(Entry, entry_id)
    if entry is None:
        return
    conversation = session.get_one(Conversation, entry.conversation_id)
    subject = Subject(resource, conversation.table_name, conversation.record_id)
    mentioned = {one.id for one in mentions_of(entry)}
    concerned = followers_of(session, subject) if only is None else set(only)
    concerned.discard(entry.author_id or 0)
    people: dict[Person, NoticeKind] = {
        person: _kind(entry, person.id in mentioned)
        for person in readers_among(session, subject, concerned)
    }
    give_notice(session, subject, conversation.id, people, actor=entry.author, entry_id=entry.id)


def _kind(entry: Entry, is_named: bool) -> NoticeKind:
    if is_named:
        return "mention"
    return "mail" if entry.kind == "mail" else "note"
