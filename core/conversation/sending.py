"""A record sent by mail: recipients, words and files, sent by a job and kept on the timeline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.headerregistry import Address
from typing import Final

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.models import User
from core.conversation.attachments import open_attachment
from core.conversation.models import Attachment, Entry
from core.conversation.notes import add_entry, tell_followers_of
from core.conversation.plain_text import one_line, several_lines
from core.conversation.presence import conversation_changed
from core.conversation.subjects import Subject
from core.db.base import utc_now
from core.errors import Conflict, InvalidInput, NotFound
from core.i18n import phrase
from core.jobs.queue import enqueue
from core.mail.outgoing import can_send, hand_over, new_message

JOB: Final = "core.send_record"
MOST_RECIPIENTS: Final = 50
LARGEST_MAIL: Final = 20 * 2**20
"""Bytes of all files in one mail; many mail servers take no more."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail about a record. Addresses are as typed: several parted by commas or semicolons."""

    to: str
    cc: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()


def send_record(session: Session, subject: Subject, letter: Letter) -> Entry:
    """Put the mail onto the timeline and have a job send it; raises InvalidInput naming what
    cannot be sent, Conflict where there is no mail server."""
    require_mail(session)
    to = addresses(letter.to, "to")
    if not to:
        raise InvalidInput.of("to", phrase("Say to whom it goes."))
    cc = addresses(letter.cc, "cc")
    if len(to) + len(cc) > MOST_RECIPIENTS:
        raise InvalidInput.of(
            "to", phrase("One mail goes to {most} people at the most.", most=MOST_RECIPIENTS)
        )
    if sum(file.size for file in letter.attachments) > LARGEST_MAIL:
        raise InvalidInput.of(
            "attachments",
            phrase("The files are larger than {most} MB together.", most=LARGEST_MAIL // 2**20),
            fix=phrase("Leave some out, or send them in several mails."),
        )
    for file in letter.attachments:
        open_attachment(session, file).close()  # says why, for one that may not be given out
    details = {
        "to": to,
        "cc": cc,
        "subject": one_line(letter.subject, "subject"),
        "files": [[file.id, file.name] for file in letter.attachments],
    }
    body = several_lines(letter.text, "text", required=False)
    entry = add_entry(session, subject, "mail", body, details)
    job_id = enqueue(session, JOB, entry_id=entry.id)
    entry.details = {**details, "job": job_id}
    tell_followers_of(session, subject, entry)
    session.flush()
    return entry


def deliver(session: Session, *, entry_id: int) -> None:
    """The job: hand the mail to the mail server, answers to whoever sent it."""
    entry = session.get(Entry, entry_id)
    if entry is None or "sent_at" in entry.details:
        return
    message = new_message(
        session,
        to=entry.details["to"],
        cc=entry.details["cc"],
        subject=entry.details["subject"],
        text=entry.body,
    )
    sender = session.get(User, entry.author_id) if entry.author_id is not None else None
    if sender is not None:
        message["Reply-To"] = str(Address(sender.name, addr_spec=sender.email))
    for file in _files(session, entry.details["files"]):
        main, _, sub = file.media_type.partition("/")
        with open_attachment(session, file) as content:
            message.add_attachment(content.read(), maintype=main, subtype=sub, filename=file.name)
    entry.details = {**entry.details, "sent_at": utc_now().isoformat()}
    session.flush()
    conversation_changed(session, entry.conversation_id)
    # Last, so that nothing of ours can fail once it has left.
    hand_over(session, message)


def require_mail(session: Session) -> None:
    """Raise Conflict where the installation has no mail server: trying again would not help."""
    if not can_send(session):
        raise Conflict(
            phrase("This installation has no mail server."),
            fix=phrase("Ask whoever runs it to name one. Print it meanwhile."),
        )


def addresses(text: str, field: str) -> list[str]:
    """The e-mail addresses in a text, each once; raises InvalidInput naming the first that is
    none."""
    found: list[str] = []
    for part in text.replace(";", ",").replace("\n", ",").split(","):
        typed = part.strip()
        if not typed:
            continue
        if typed.endswith(">") and "<" in typed:
            typed = typed[typed.rindex("<") + 1 : -1].strip()
        try:
            valid = validate_email(typed, check_deliverability=False, globally_deliverable=False)
        except EmailNotValidError as error:
            raise InvalidInput.of(
                field, phrase("“{text}” is not an e-mail address.", text=part.strip()[:100])
            ) from error
        if valid.normalized not in found:
            found.append(valid.normalized)
    return found


def _files(session: Session, named: Iterable[list[object]]) -> list[Attachment]:
    named = list(named)
    found = {
        file.id: file
        for file in session.scalars(
            select(Attachment).where(Attachment.id.in_([file_id for file_id, _ in named]))
        )
    }
    for file_id, name in named:
        if file_id not in found:
            raise NotFound(phrase("“{name}” was deleted before it was sent.", name=str(name)))
    return list(found.values())
