"""What lands in people's inboxes, and by mail where they want it.

A notice is written only for somebody who may read the record at that moment, and mailed only if
they still may when the mail goes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session, joinedload

from core.belongings import recall, remember
from core.conversation.models import Notice, NoticePreference
from core.conversation.presence import inbox_changed, unread_key
from core.conversation.readers import Person
from core.conversation.subjects import Subject
from core.db.base import utc_now
from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.jobs.queue import enqueue
from core.mail.outgoing import can_send

NoticeKind = Literal["mention", "note", "assigned", "state", "due", "mail"]
MailWish = Literal["never", "personal", "all"]

MAIL_JOB: Final = "core.mail_notice"
SHOWN: Final = 50
KEEP_READ_DAYS: Final = 90
MOST_COUNTED: Final = 99
_PERSONAL: Final = frozenset({"mention", "assigned", "due"})
_COUNT_SECONDS: Final = 60.0


def give_notice(
    session: Session,
    subject: Subject,
    conversation_id: int,
    people: Mapping[Person, NoticeKind],
    *,
    actor: str,
    entry_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Put a line into the inbox of each of these people, who were found to be readers."""
    rows = [
        {
            "user_id": person.id,
            "conversation_id": conversation_id,
            "resource": subject.resource,
            "kind": kind,
            "actor": actor,
            "entry_id": entry_id,
            "details": dict(details or {}),
        }
        for person, kind in people.items()
    ]
    if not rows:
        return
    made = session.execute(insert(Notice).returning(Notice.id, Notice.user_id, Notice.kind), rows)
    _mail(session, [(row.id, row.user_id, row.kind) for row in made])
    inbox_changed(session, (row["user_id"] for row in rows))


def _mail(session: Session, made: Iterable[tuple[int, int, str]]) -> None:
    if not can_send(session):
        return
    made = list(made)
    chosen = select(NoticePreference.id, NoticePreference.mail).where(
        NoticePreference.id.in_([user_id for _, user_id, _ in made])
    )
    wishes = {row.id: row.mail for row in session.execute(chosen)}
    for notice_id, user_id, kind in made:
        wish = wishes.get(user_id, "personal")
        if wish == "all" or (wish == "personal" and kind in _PERSONAL):
            # One job each: an address that takes no mail holds up nobody else's.
            enqueue(session, MAIL_JOB, notice_id=notice_id)


def inbox(session: Session, user_id: int, *, before: int | None = None) -> list[Notice]:
    """The newest notices of a user, with what they point to, before the one of this id."""
    statement = (
        select(Notice)
        .where(Notice.user_id == user_id)
        .options(joinedload(Notice.conversation), joinedload(Notice.entry))
        .order_by(Notice.id.desc())
        .limit(SHOWN)
    )
    if before is not None:
        statement = statement.where(Notice.id < before)
    return list(session.scalars(statement))


def unread_count(session: Session, user_id: int) -> int:
    """How many notices a user has not read, a hundred at most; remembered for a moment."""
    key = unread_key(user_id)
    known = recall(session, key)
    if known is not None:
        return int(known)
    some = select(Notice.id).where(_unread(user_id)).limit(MOST_COUNTED + 1).subquery()
    count = session.scalar(select(func.count()).select_from(some)) or 0
    remember(session, key, b"%d" % count, seconds=_COUNT_SECONDS)
    return count


def unread_here(session: Session, user_id: int, conversation_id: int | None) -> bool:
    """Whether a user has something unread about this record."""
    if conversation_id is None:
        return False
    here = select(Notice.id).where(_unread(user_id), Notice.conversation_id == conversation_id)
    return session.scalar(here.limit(1)) is not None


def open_notice(session: Session, user_id: int, notice_id: int) -> Notice:
    """A notice of this user, read from now on; raises NotFound."""
    notice = session.scalar(
        select(Notice)
        .where(Notice.id == notice_id, Notice.user_id == user_id)
        .options(joinedload(Notice.conversation))
    )
    if notice is None:
        raise NotFound(phrase("This notice is gone."))
    if notice.read_at is None:
        notice.read_at = utc_now()
        inbox_changed(session, [user_id])
    return notice


def mark_read(session: Session, user_id: int, conversation_id: int | None = None) -> None:
    """Count the notices of a user as read: all, or those about one record."""
    statement = update(Notice).where(_unread(user_id)).values(read_at=utc_now())
    if conversation_id is not None:
        statement = statement.where(Notice.conversation_id == conversation_id)
    if session.execute(statement.returning(Notice.id)).first() is not None:
        inbox_changed(session, [user_id])


def mail_wish(session: Session, user_id: int) -> MailWish:
    """Which notices the user wants by mail."""
    wish = session.scalar(select(NoticePreference.mail).where(NoticePreference.id == user_id))
    return wish or "personal"  # type: ignore[return-value]


def set_mail_wish(session: Session, user_id: int, wish: str) -> None:
    """Remember which notices the user wants by mail."""
    if wish not in ("never", "personal", "all"):
        raise InvalidInput.of("mail", phrase("Choose one of the possibilities."))
    row = upsert(NoticePreference).values(id=user_id, mail=wish)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[NoticePreference.id], set_={"mail": row.excluded.mail}
        )
    )


def forget_old_notices(session: Session) -> None:
    """The job: let go of what was read long ago."""
    long_ago = utc_now() - timedelta(days=KEEP_READ_DAYS)
    session.execute(delete(Notice).where(Notice.read_at < long_ago))


def _unread(user_id: int) -> ColumnElement[bool]:
    return (Notice.user_id == user_id) & Notice.read_at.is_(None)
