"""Who follows a record: who made it, who was named or asked, and who chose to.

Who made a record stands in the audit trail, so that making one costs nothing here. A row is
written when somebody else begins to follow, or when anybody stops.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import String, bindparam, func, literal, select, true, union_all
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from core.conversation.models import Conversation, Follower
from core.conversation.subjects import Subject, open_conversation
from core.db.audit_models import AuditEntry
from core.db.direct import fetch_rows

_IDS: Final = bindparam("ids", type_=ARRAY(String))
_TABLE: Final = bindparam("table", type_=String)
_FOLLOWERS: Final = union_all(
    select(
        AuditEntry.record_id,
        AuditEntry.actor_id,
        true().label("follows"),
        literal(0).label("place"),
    ).where(
        AuditEntry.table_name == _TABLE,
        AuditEntry.record_id == func.any(_IDS),
        AuditEntry.operation == "insert",
    ),
    select(Conversation.record_id, Follower.user_id, Follower.follows, literal(1))
    .join(Conversation, Conversation.id == Follower.conversation_id)
    .where(Conversation.table_name == _TABLE, Conversation.record_id == func.any(_IDS)),
)


def set_following(session: Session, subject: Subject, user_id: int, *, follows: bool) -> None:
    """Follow a record from now on, or no longer: the user's own choice."""
    _write(session, open_conversation(session, subject), [user_id], follows=follows)


def draw_in(session: Session, conversation_id: int, user_ids: Iterable[int]) -> None:
    """Let these users follow because they were named, unless they said that they do not want to."""
    _write(session, conversation_id, user_ids, follows=True, keep_choice=True)


def followers_of(session: Session, subject: Subject) -> set[int]:
    """The users who follow a record."""
    return followers_by_record(session, subject.table, [subject.record_id])[subject.record_id]


def followers_by_record(
    session: Session, table: str, record_ids: Iterable[str]
) -> dict[str, set[int]]:
    """The same for many records of a table at once."""
    ids = list(record_ids)
    found: dict[str, set[int]] = {record_id: set() for record_id in ids}
    rows = fetch_rows(session, _FOLLOWERS, {"table": table, "ids": ids})
    # Whoever made a record comes first: what was chosen afterwards counts.
    for record_id, user_id, follows, _ in sorted(rows, key=lambda row: row.place):
        if user_id is None:
            continue  # a program made the record
        if follows:
            found[record_id].add(user_id)
        else:
            found[record_id].discard(user_id)
    return found


def _write(
    session: Session,
    conversation_id: int,
    user_ids: Iterable[int],
    *,
    follows: bool,
    keep_choice: bool = False,
) -> None:
    rows = [
        {"conversation_id": conversation_id, "user_id": user_id, "follows": follows}
        for user_id in sorted(set(user_ids))
    ]
    if not rows:
        return
    statement = insert(Follower).values(rows)
    if keep_choice:
        session.execute(statement.on_conflict_do_nothing())
        return
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[Follower.conversation_id, Follower.user_id],
            set_={"follows": statement.excluded.follows, "updated_at": func.now()},
        )
    )
