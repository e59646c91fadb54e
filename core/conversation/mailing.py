"""Notices by mail: each in its reader's language, sent by a job, if they may still read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session, joinedload

from core.conversation.addresses import origin
from core.conversation.models import Notice
from core.conversation.readers import Person, readers_among
from core.conversation.states import state_title
from core.conversation.subjects import Subject, record_of, resource_named
from core.db.session import binding
from core.declare import Resource
from core.i18n import Phrase, phrase
from core.mail.outgoing import can_send, send_mail

if TYPE_CHECKING:
    from core.kernel import Kernel


def mail_notice(session: Session, *, notice_id: int) -> None:
    """The job. A notice that is gone, or that was read meanwhile, is not mailed any more."""
    notice = session.get(
        Notice, notice_id, options=[joinedload(Notice.conversation), joinedload(Notice.entry)]
    )
    if notice is None or notice.read_at is not None or not can_send(session):
        return
    conversation = notice.conversation
    subject = Subject(notice.resource, conversation.table_name, conversation.record_id)
    resource = resource_named(session, notice.resource)
    readers = readers_among(session, subject, [notice.user_id])
    if resource is None or not readers:
        return
    record = record_of(session, resource, subject.record_id)
    _send(session, notice, readers[0], resource, resource.record_title(record), subject)


def _send(
    session: Session,
    notice: Notice,
    reader: Person,
    resource: Resource,
    title: str,
    subject: Subject,
) -> None:
    kernel: Kernel = binding(session).context["kernel"]
    locale = reader.locale or binding(session).tenant.locale
    sentence = kernel.languages.translate(locale, headline(notice, resource, title))
    said = notice.entry.body if notice.entry is not None else ""
    link = phrase(
        "Open it: {url}\n\nWhich mails you get is chosen in your inbox.",
        url=f"{origin(session)}{subject.url}",
    )
    parts = [sentence, said, kernel.languages.translate(locale, link)]
    send_mail(
        session,
        to=reader.email,
        subject=sentence,
        text="\n\n".join(part for part in parts if part) + "\n",
    )


def headline(notice: Notice, resource: Resource, title: str) -> Phrase:
    """What happened, in one sentence."""
    who, what = notice.actor, notice.details.get("summary", "")
    match notice.kind:
        case "mention":
            return phrase("{who} mentioned you: {title}", who=who, title=title)
        case "assigned":
            return phrase("{who} asks you: {what} ({title})", who=who, what=what, title=title)
        case "due":
            return phrase("Due today: {what} ({title})", what=what, title=title)
        case "mail":
            return phrase("{who} sent {title} by mail", who=who, title=title)
        case "state":
            state = phrase(state_title(resource, notice.details.get("state", "")))
            return phrase("{title} is now: {state}", title=title, state=state)
        case _ if notice.entry is not None and notice.entry.kind == "done":
            done = notice.entry.details.get("summary", "")
            return phrase("{who} has done: {what} ({title})", who=who, what=done, title=title)
        case _:
            return phrase("{who} wrote a note: {title}", who=who, title=title)
