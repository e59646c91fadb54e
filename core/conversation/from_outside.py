"""What somebody without an account says beside a record, such as a customer at a portal."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from core.conversation.followers import draw_in
from core.conversation.models import Entry
from core.conversation.notes import tell_followers_of
from core.conversation.plain_text import one_line, several_lines
from core.conversation.presence import conversation_changed
from core.conversation.subjects import open_conversation, resource_named, subject_of
from core.errors import NotEnabled
from core.i18n import phrase


def note_from_outside(
    session: Session,
    resource: str,
    record: Any,
    *,
    author: str,
    body: str,
    concerns: Collection[int] = (),
) -> int:
    """Write a note beside a record of `resource` ("shop.orders") in the name of somebody who is no
    user, and have the followers told; returns its id. The users whom it `concerns` follow from now
    on, unless they said that they do not want to.

    Whoever calls it has made sure that they may say it there. Raises InvalidInput for an empty or
    endless text.
    """
    found = resource_named(session, resource)
    if found is None:
        raise NotEnabled(phrase("{key} is not available here.", key=resource))
    subject = subject_of(resource, found, record)
    entry = Entry(
        conversation_id=open_conversation(session, subject),
        kind="note",
        author=one_line(author, "name"),
        body=several_lines(body, "body"),
        details={"mentions": []},
    )
    session.add(entry)
    session.flush()
    draw_in(session, entry.conversation_id, concerns)
    conversation_changed(session, entry.conversation_id)
    tell_followers_of(session, subject, entry)
    return entry.id
