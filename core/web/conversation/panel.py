"""The conversation beside a record: the part that stays, where people write, and the part that is
fetched again when something happens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.auth.models import User
from core.conversation import activities as planned
from core.conversation import attachments as files
from core.conversation.followers import followers_of
from core.conversation.models import Activity, Attachment
from core.conversation.notices import mark_read, unread_here
from core.conversation.presence import channel_of
from core.conversation.readers import people_query, readers_of
from core.conversation.subjects import is_discussed
from core.days import today
from core.mail.outgoing import can_send
from core.web.conversation.place import Place, place_of
from core.web.conversation.timeline import read_show, timeline
from core.web.replies import Empty, Fragment, Page, Redirect, Reply
from core.web.request import Request
from core.web.resources import form_once
from core.web.resources.record_pages import record_head
from core.web.resources.references import SHOWN, Hit
from core.web.resources.selection import like_literal
from core.web.resources.shape import Shape

LIVE: Final = "core/conversation/live.html"
PREVIEWED: Final = 4 * 2**20
"""Bytes of the largest image that is shown as itself, since nothing makes it smaller."""
_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@dataclass(frozen=True, slots=True)
class Task:
    """An open activity as the page shows it."""

    activity: Activity
    when: planned.When
    assignee: str


@dataclass(frozen=True, slots=True)
class ShownFile:
    """An attachment as the page shows it."""

    attachment: Attachment
    is_picture: bool
    may_remove: bool


def beside_the_record(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The slot beside each record: a place that fetches the conversation when it is seen."""
    shape: Shape = given["shape"]
    if not is_discussed(shape.resource):
        return None
    return {"conversation_url": f"{given['url']}/conversation"}


def show_panel(shape: Shape, session: Session, request: Request) -> Reply:
    """The whole of it, fetched as it comes into sight."""
    place = place_of(shape, session, request)
    if request.wants == "page":
        return Redirect(f"{place.subject.url}/history")
    return Fragment("core/conversation/panel.html", panel_context(session, request, place))


def show_live(shape: Shape, session: Session, request: Request) -> Reply:
    """What changes of it."""
    return Fragment(LIVE, live_context(session, request, place_of(shape, session, request)))


def show_older(shape: Shape, session: Session, request: Request) -> Reply:
    """More of the timeline, put at its end; as a page for whoever has no script."""
    place = place_of(shape, session, request)
    context = live_context(session, request, place)
    if request.wants == "page":
        return history(session, request, place)
    return Fragment("core/conversation/moments.html", context)


def history(session: Session, request: Request, place: Place) -> Reply:
    """The conversation as a page of its own, which needs no script."""
    head = record_head(place.shape, session, request, place.record)
    return Page("core/resources/history.html", {**head, **panel_context(session, request, place)})


def people(shape: Shape, session: Session, request: Request) -> Reply:
    """The users who may read the record and whose name holds what is typed, for a mention or an
    activity."""
    place = place_of(shape, session, request)
    text = request.query.get("q", "").replace("\x00", "").strip()[:100]
    query = people_query()
    if text:
        pattern = f"%{like_literal(text)}%"
        query = query.where(User.name.ilike(pattern, escape="\\"))
    # Some of those found may not read the record.
    found = readers_of(session, shape.resource, place.record, query.limit(SHOWN * 10))
    hits = [Hit(person.id, person.name) for person in found[:SHOWN]]
    return Fragment("core/resources/lookup.html", {"hits": hits})


def see(shape: Shape, session: Session, request: Request) -> Reply:
    """The reader has the conversation before their eyes: its notices are read."""
    place = place_of(shape, session, request)
    user_id = actor(session).user_id
    if place.conversation_id is not None and user_id is not None:
        mark_read(session, user_id, place.conversation_id)
    return Empty()


def panel_context(session: Session, request: Request, place: Place) -> dict[str, Any]:
    """What the panel shows around the part that changes."""
    return {
        **live_context(session, request, place),
        "may_send": place.may_write and can_send(session),
        "largest_upload": files.largest_upload(session),
        "kinds": planned.KINDS,
        "me": request.actor,
        "token": form_once.token_of(request),
    }


def live_context(session: Session, request: Request, place: Place) -> dict[str, Any]:
    """What the part shows that changes."""
    user_id = actor(session).user_id
    followers = followers_of(session, place.subject)
    tasks = planned.open_activities(session, place.conversation_id)
    names = planned.names_of(session, {*followers, *(task.assignee_id for task in tasks)})
    now = today(session)
    show = read_show(request)
    return {
        "place": place,
        "discussed": is_discussed(place.shape.resource),
        "channel": channel_of(place.subject.resource),
        "today": now,
        "tasks": [Task(task, planned.when(task, now), names[task.assignee_id]) for task in tasks],
        "files": [
            ShownFile(file, _is_picture(file), _may_remove(file, place, user_id))
            for file in files.attachments_of(session, place.conversation_id)
        ],
        "room": files.room(session),
        "followers": sorted((names[one] for one in followers if one in names), key=str.casefold),
        "follows": user_id in followers,
        "has_unread": user_id is not None and unread_here(session, user_id, place.conversation_id),
        "timeline": timeline(session, request, place, show),
        "show": show,
    }


def answer_once(
    session: Session, request: Request, place: Place, write: Callable[[], Reply]
) -> Reply:
    """What comes of a form that writes. One whose answer was lost and that is sent again is
    answered as well, and writes nothing more."""
    repeated = form_once.earlier(session, request)
    if repeated is not None:
        return repeated if request.wants == "page" else answer(session, request, place)
    reply = write()
    form_once.keep(session, request, Redirect(f"{place.subject.url}/history#conversation"))
    return reply


def answer(
    session: Session, request: Request, place: Place, message: str = "", *, warning: str = ""
) -> Reply:
    """After something was done: what has changed, for htmx; nothing more for a script that asks
    by itself; else back to the page, saying so."""
    if request.wants == "json":
        return Empty()
    if request.wants != "fragment":
        return Redirect(f"{place.subject.url}/history#conversation", warning or message)
    fresh = place_of(place.shape, session, request)
    context = live_context(session, request, fresh)
    return Fragment(LIVE, {**context, "warning": warning})


def _is_picture(file: Attachment) -> bool:
    return file.media_type in _PICTURES and file.state == "ready" and file.size <= PREVIEWED


def _may_remove(file: Attachment, place: Place, user_id: int | None) -> bool:
    is_own = file.added_by_id is not None and file.added_by_id == user_id
    return place.may_remove or (is_own and place.may_write)
