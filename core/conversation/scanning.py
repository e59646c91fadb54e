"""Attached files are looked at before anybody gets them: by the scanners that addons bring.

Without a scanner a file is there at once. With any, it waits for a job that asks them all; one
that is infected, or that a scanner cannot read, is put into quarantine and says so. A scanner
that fails leaves the file waiting and the job to be tried again: nothing slips through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Final, Literal, Protocol

from sqlalchemy.orm import Session

from core.addons.extensions import extensions
from core.belongings import open_file
from core.conversation.models import Attachment
from core.conversation.presence import conversation_changed
from core.jobs.queue import enqueue

JOB: Final = "core.scan_attachment"
AREA: Final = "attachments"
"""The folder of the tenant's files that attachments have to themselves."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scanner says: `infected` and `unreadable` files go into quarantine; `reason` is
    shown to people, such as the name of what was found."""

    outcome: Literal["clean", "infected", "unreadable"]
    reason: str = ""


class AttachmentScanner(Protocol):
    """The extension point for looking into attached files.

    `scan(session, name, file)` reads the file from its start and returns a Verdict. It runs in
    a job. Raise when the scanner itself cannot work: it is then asked again later.
    """

    def scan(self, session: Session, name: str, file: BinaryIO) -> Verdict: ...


def needs_scan(session: Session) -> bool:
    """Whether the tenant has a scanner."""
    return bool(extensions(session, AttachmentScanner))


def ask_for_scan(session: Session, attachment: Attachment) -> None:
    """Have a job look at it."""
    enqueue(session, JOB, attachment_id=attachment.id)


def scan_attachment(session: Session, *, attachment_id: int) -> None:
    """The job: ask every scanner, and let the file go or lock it away."""
    attachment = session.get(Attachment, attachment_id, with_for_update=True)
    if attachment is None or attachment.state != "waiting":
        return
    for scanner in extensions(session, AttachmentScanner).values():
        with open_file(session, attachment.digest, area=AREA) as file:
            verdict = scanner.scan(session, attachment.name, file)
        if verdict.outcome != "clean":
            attachment.state = "quarantined"
            attachment.verdict = f"{verdict.outcome}: {verdict.reason}".rstrip(": ")
            break
    else:
        attachment.state = "ready"
    session.flush()
    conversation_changed(session, attachment.conversation_id)
