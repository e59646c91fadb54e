"""Files beside a record: taken in, given out, deleted with a trace, and swept from the disk.

A file's bytes lie once in the tenant's folder, by their digest, however often they are attached.
Taking in and sweeping exclude each other by a lock, so that no file goes as it is attached anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO, Final

from sqlalchemy import delete, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.addons.options import options
from core.belongings import drop_file, open_file, store_file
from core.conversation.models import AttachedFile, Attachment
from core.conversation.notes import add_entry
from core.conversation.options import AttachmentOptions
from core.conversation.scanning import AREA, ask_for_scan, needs_scan
from core.conversation.sniffing import HEAD, ending_of, fit_name, media_type_of
from core.conversation.subjects import Subject, open_conversation
from core.db.base import utc_now
from core.db.session import binding
from core.errors import Conflict, InvalidInput, NotFound
from core.i18n import phrase
from core.licensing.quotas import MEGABYTE, most_storage

KEEP_DAYS: Final = 7
"""A file that nothing names any more stays on the disk so long, for a restore of the database."""
_CHUNK: Final = 256 * 1024
_LOCK: Final = 0x6174_7461_6368  # "attach"


@dataclass(frozen=True, slots=True)
class Room:
    """What the attachments of the company take, and may take (0: any), in bytes."""

    used: int
    most: int


def attach(session: Session, subject: Subject, name: str, file: BinaryIO, size: int) -> Attachment:
    """Take a file in. The same file under the same name is attached to a record once. Raises
    InvalidInput when it is empty, too large, or not what its name says."""
    limits = options(session, AttachmentOptions)
    name = fit_name(name)
    media_type = _checked(limits, name, file, size)
    _require_room(session, size)
    session.execute(_SHARE, {"lock": _LOCK})
    stored = store_file(session, _chunks(file), area=AREA)
    conversation_id = open_conversation(session, subject)
    here = select(Attachment).where(
        Attachment.conversation_id == conversation_id,
        Attachment.digest == stored.digest,
        Attachment.name == name,
    )
    present = session.scalars(here.limit(1)).one_or_none()
    if present is not None:
        return present
    known = insert(AttachedFile).values(digest=stored.digest, size=stored.size)
    session.execute(
        known.on_conflict_do_update(index_elements=[AttachedFile.digest], set_={"let_go_at": None})
    )
    author = binding(session).author
    attachment = Attachment(
        conversation_id=conversation_id,
        name=name,
        digest=stored.digest,
        size=stored.size,
        media_type=media_type,
        state="waiting" if needs_scan(session) else "ready",
        added_by_id=author.user_id,
        added_by=author.label,
    )
    session.add(attachment)
    session.flush()
    if attachment.state == "waiting":
        ask_for_scan(session, attachment)
    add_entry(session, subject, "attached", "", {"name": name, "attachment": attachment.id})
    return attachment


def remove(session: Session, subject: Subject, attachment: Attachment) -> None:
    """Delete an attachment; the timeline and the audit trail keep that it was there."""
    name = attachment.name
    session.delete(attachment)
    session.flush()
    add_entry(session, subject, "removed", "", {"name": name})


def attachments_of(session: Session, conversation_id: int | None) -> list[Attachment]:
    """The files beside a record, the newest first."""
    if conversation_id is None:
        return []
    statement = select(Attachment).where(Attachment.conversation_id == conversation_id)
    return list(session.scalars(statement.order_by(Attachment.id.desc())))


def attachment_of(session: Session, conversation_id: int | None, attachment_id: int) -> Attachment:
    """An attachment of this very conversation; raises NotFound."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or attachment.conversation_id != conversation_id:
        raise NotFound(phrase("This file is gone."))
    return attachment


def open_attachment(session: Session, attachment: Attachment) -> BinaryIO:
    """Its bytes, to be read; raises Conflict while it may not be given out."""
    if attachment.state == "waiting":
        raise Conflict(
            phrase("“{name}” is still being checked.", name=attachment.name),
            fix=phrase("Try again in a moment."),
        )
    if attachment.state == "quarantined":
        raise Conflict(
            phrase(
                "“{name}” is in quarantine: {reason}.",
                name=attachment.name,
                reason=attachment.verdict,
            ),
            fix=phrase("Delete it, and ask whoever sent it for a clean file."),
        )
    return open_file(session, attachment.digest, area=AREA)


def open_attached(session: Session, digest: str) -> BinaryIO:
    """The bytes of a file that is attached to a record and may be given out, by its digest. Raises
    NotFound for any other."""
    ready = exists().where(Attachment.digest == digest, Attachment.state == "ready")
    if not session.scalar(select(ready)):
        raise NotFound(phrase("This file is gone."))
    return open_file(session, digest, area=AREA)


def room(session: Session) -> Room:
    """How much room the attachments take, each file counted once."""
    used = session.scalar(
        select(func.coalesce(func.sum(AttachedFile.size), 0)).where(
            AttachedFile.let_go_at.is_(None)
        )
    )
    bounds = [options(session, AttachmentOptions).all_files, most_storage(session)]
    return Room(int(used or 0), min(filter(None, bounds), default=0))


def largest_upload(session: Session) -> int:
    """How many bytes may be sent at once."""
    return options(session, AttachmentOptions).largest_file


def sweep(session: Session) -> None:
    """The job of each night: files that nothing names go, after some days."""
    session.execute(_EXCLUDE, {"lock": _LOCK})
    named = exists().where(Attachment.digest == AttachedFile.digest)
    now = utc_now()
    gone = session.scalars(
        delete(AttachedFile)
        .where(~named, AttachedFile.let_go_at < now - timedelta(days=KEEP_DAYS))
        .returning(AttachedFile.digest)
    )
    for digest in gone.all():
        drop_file(session, digest, area=AREA)
    session.execute(
        update(AttachedFile).where(~named, AttachedFile.let_go_at.is_(None)).values(let_go_at=now)
    )


def _checked(limits: AttachmentOptions, name: str, file: BinaryIO, size: int) -> str:
    """The file's type; raises InvalidInput for what is not taken."""
    if size <= 0:
        raise InvalidInput.of(
            "file",
            phrase("“{name}” is empty.", name=name),
            fix=phrase("Look whether it was saved completely, and attach it again."),
        )
    if size > limits.largest_file:
        raise InvalidInput.of(
            "file",
            phrase("“{name}” is larger than {most} MB.", name=name, most=limits.largest_file_mb),
            fix=phrase("Attach a smaller file, or have the limit raised in the options."),
        )
    if ending_of(name) in limits.refused:
        raise InvalidInput.of(
            "file",
            phrase("Files that end in .{ending} are not taken here.", ending=ending_of(name)),
            fix=phrase("Send what it is about in another form."),
        )
    file.seek(0)
    return media_type_of(file.read(HEAD), name)


def _require_room(session: Session, size: int) -> None:
    taken = room(session)
    if taken.most and taken.used + size > taken.most:
        raise InvalidInput.of(
            "file",
            phrase(
                "There is no more room: all files may take {most} MB.", most=taken.most // MEGABYTE
            ),
            fix=phrase("Delete files that are not needed, or have the limit raised."),
        )


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield chunk


_SHARE = text("SELECT pg_advisory_xact_lock_shared(:lock)")
_EXCLUDE = text("SELECT pg_advisory_xact_lock(:lock)")
