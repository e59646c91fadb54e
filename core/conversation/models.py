"""The tables of a record's conversation. All hang on one row per record, which goes with it.

The record is named as the audit trail names it: table and id. The function behind the audit
trail removes that row when the record is deleted, by whatever door, and the foreign keys
take the rest along.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Model, Record

_OF_CONVERSATION = "core.conversation.id"
_OF_USER = "core.user_account.id"


class Conversation(Record, Model):
    """The conversation about one record; made when somebody first says or does something."""

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("table_name", "record_id"),
        {"schema": "core", "info": {"audit": "none"}},
    )

    table_name: Mapped[str]
    record_id: Mapped[str]


class Entry(Record, Model):
    """Something said or done, in the order it happened.

    `note` is what somebody wrote, `mail` what was sent, `done` a finished activity, `attached`
    and `removed` tell of files. `details` holds what the kind needs: who was mentioned, where a
    mail went, how a file is called.
    """

    __tablename__ = "conversation_entry"
    __table_args__ = (
        CheckConstraint("kind IN ('note', 'mail', 'done', 'attached', 'removed')", "kind"),
        Index("ix_conversation_entry_conversation_id_id", "conversation_id", "id"),
        {"schema": "core", "info": {"audit": "changes"}},
    )

    conversation_id: Mapped[int] = mapped_column(ForeignKey(_OF_CONVERSATION, ondelete="CASCADE"))
    kind: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey(_OF_USER))
    author: Mapped[str]
    body: Mapped[str] = mapped_column(default="", server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    edited_at: Mapped[datetime | None]


class Follower(Record, Model):
    """Whether a user follows a record: who made it follows without a row, until they say no."""

    __tablename__ = "conversation_follower"
    __table_args__ = (
        UniqueConstraint("conversation_id", "user_id"),
        {"schema": "core", "info": {"audit": "changes"}},
    )

    conversation_id: Mapped[int] = mapped_column(ForeignKey(_OF_CONVERSATION, ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey(_OF_USER, ondelete="CASCADE"), index=True)
    follows: Mapped[bool] = mapped_column(default=True, server_default=text("true"))


class Notice(Record, Model):
    """A line in somebody's inbox. It says what happened to which record, and nothing of what the
    record holds: that is read when it is shown, with the rights its reader has then."""

    __tablename__ = "conversation_notice"
    __table_args__ = (
        CheckConstraint("kind IN ('mention', 'note', 'assigned', 'state', 'due', 'mail')", "kind"),
        Index("ix_conversation_notice_user_id_id", "user_id", "id"),
        Index("ix_conversation_notice_unread", "user_id", postgresql_where=text("read_at IS NULL")),
        {"schema": "core", "info": {"audit": "none"}},
    )

    user_id: Mapped[int] = mapped_column(ForeignKey(_OF_USER, ondelete="CASCADE"))
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey(_OF_CONVERSATION, ondelete="CASCADE"), index=True
    )
    resource: Mapped[str]
    kind: Mapped[str]
    actor: Mapped[str] = mapped_column(default="", server_default="")
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("core.conversation_entry.id", ondelete="CASCADE"), index=True
    )
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    read_at: Mapped[datetime | None]

    conversation: Mapped[Conversation] = relationship(lazy="raise")
    entry: Mapped[Entry | None] = relationship(lazy="raise")


class NoticePreference(Model):
    """Which notices a user wants by mail too; without a row, what is meant for them by name."""

    __tablename__ = "notice_preference"
    __table_args__ = (
        CheckConstraint("mail IN ('never', 'personal', 'all')", "mail"),
        {"schema": "core"},
    )

    id: Mapped[int] = mapped_column(ForeignKey(_OF_USER, ondelete="CASCADE"), primary_key=True)
    mail: Mapped[str]


class Activity(Record, Model):
    """Something that somebody has to do about a record by a day."""

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("kind IN ('todo', 'call', 'meeting', 'mail', 'document')", "kind"),
        Index(
            "ix_activity_open_assignee",
            "assignee_id",
            "due_on",
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_activity_open_due", "due_on", postgresql_where=text("done_at IS NULL")),
        {"schema": "core"},
    )

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey(_OF_CONVERSATION, ondelete="CASCADE"), index=True
    )
    resource: Mapped[str]
    kind: Mapped[str]
    summary: Mapped[str]
    due_on: Mapped[date]
    assignee_id: Mapped[int] = mapped_column(ForeignKey(_OF_USER))
    creator_id: Mapped[int | None] = mapped_column(ForeignKey(_OF_USER))
    done_at: Mapped[datetime | None]
    done_by: Mapped[str] = mapped_column(default="", server_default="")
    feedback: Mapped[str] = mapped_column(default="", server_default="")

    conversation: Mapped[Conversation] = relationship(lazy="raise")


class AttachedFile(Model):
    """A file that attachments name: kept once, however often it is attached, and removed from
    the disk some time after the last of them is gone."""

    __tablename__ = "attached_file"
    __table_args__ = ({"schema": "core", "info": {"audit": "none"}},)

    digest: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    let_go_at: Mapped[datetime | None]


class Attachment(Record, Model):
    """A file beside a record, under the name it came with.

    `waiting` for the scanners it is shown and not given out; `quarantined` it never is, and
    `verdict` says why.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'ready', 'quarantined')", "state"),
        {"schema": "core", "info": {"audit": "changes"}},
    )

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey(_OF_CONVERSATION, ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(ForeignKey("core.attached_file.digest"), index=True)
    size: Mapped[int]
    media_type: Mapped[str]
    state: Mapped[str]
    verdict: Mapped[str] = mapped_column(default="", server_default="")
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey(_OF_USER))
    added_by: Mapped[str]
