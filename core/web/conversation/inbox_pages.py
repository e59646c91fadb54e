"""The inbox: what concerns its reader, by the records that they may read now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from core.conversation import notices
from core.conversation.mailing import headline
from core.conversation.models import Notice
from core.conversation.readers import Named, readable_records
from core.conversation.subjects import resource_named
from core.declare import msg
from core.errors import Forbidden
from core.i18n import Phrase, phrase
from core.web.replies import Fragment, Page, Redirect, Reply
from core.web.request import Request

INBOX: Final = "/core/inbox"
_SAID: Final = 300
WISHES: Final = (
    ("never", msg("Never")),
    ("personal", msg("When I am mentioned, asked or have something due")),
    ("all", msg("For everything in the inbox")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A notice as its reader sees it."""

    notice: Notice
    sentence: Phrase
    record: Named
    said: str


def show_inbox(session: Session, request: Request) -> Reply:
    """The newest notices, page by page."""
    user_id = _user(request)
    before = request.query.get("before", "")
    found = notices.inbox(
        session, user_id, before=int(before) if before.isdecimal() and len(before) < 19 else None
    )
    context = {
        "lines": _lines(session, found),
        "older": found[-1].id if len(found) == notices.SHOWN else 0,
        "unread": notices.unread_count(session, user_id),
        "wish": notices.mail_wish(session, user_id),
        "wishes": WISHES,
    }
    return Page("core/conversation/inbox.html", context)


def show_badge(session: Session, request: Request) -> Reply:
    """The sign in the bar with the number of unread notices."""
    return Fragment("core/conversation/badge.html", badge(session, request))


def badge(session: Session, request: Request) -> dict[str, int]:
    """What the sign in the bar shows."""
    user_id = request.actor.user_id or 0
    return {"unread": notices.unread_count(session, user_id), "user_id": user_id}


def open_line(session: Session, request: Request) -> Reply:
    """Read a notice and go to its record."""
    notice = notices.open_notice(session, _user(request), request.path_params["id"])
    url = f"/{notice.resource.replace('.', '/')}/{notice.conversation.record_id}"
    return Redirect(f"{url}#conversation")


def read_all(session: Session, request: Request) -> Reply:
    """Count everything as read."""
    notices.mark_read(session, _user(request))
    return Redirect(INBOX)


def choose_mail(session: Session, request: Request) -> Reply:
    """Choose what comes by mail too."""
    notices.set_mail_wish(session, _user(request), request.form.get("mail", ""))
    return Redirect(INBOX, phrase("Saved."))


def _user(request: Request) -> int:
    if request.actor.user_id is None:
        raise Forbidden(phrase("Only people have an inbox."))
    return request.actor.user_id


def _lines(session: Session, found: list[Notice]) -> list[Line]:
    wanted: dict[str, set[str]] = {}
    for notice in found:
        wanted.setdefault(notice.resource, set()).add(notice.conversation.record_id)
    records = readable_records(session, wanted)
    lines = []
    for notice in found:
        record = records.get((notice.resource, notice.conversation.record_id))
        resource = resource_named(session, notice.resource)
        if record is None or resource is None:
            continue
        said = " ".join(notice.entry.body.split())[:_SAID] if notice.entry is not None else ""
        lines.append(Line(notice, headline(notice, resource, record.title), record, said))
    return lines
