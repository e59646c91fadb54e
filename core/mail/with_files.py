"""Mail with files, for addons: what a schedule sends, in the name of the company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.mail.outgoing import hand_over, new_message

MAX_BYTES = 15 * 1024 * 1024
"""What most mail servers take, encoding included."""


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file to go with a mail."""

    name: str
    media_type: str
    content: bytes


def mail_files(
    session: Session, *, to: Sequence[str], subject: str, text: str, files: Sequence[MailFile]
) -> None:
    """Hand a mail with files to the mail server, already in the reader's language. Only a job may
    call it, and last: what has left cannot be undone. Raises what the server refuses it with, and
    Unavailable where the installation has no mail server."""
    message = new_message(session, to=to, subject=subject, text=text)
    message["Auto-Submitted"] = "auto-generated"
    for file in files:
        main, _, sub = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    hand_over(session, message)
