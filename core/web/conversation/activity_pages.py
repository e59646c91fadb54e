"""Planning and finishing activities beside a record, and the page of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.auth.models import User
from core.conversation import activities as planned
from core.conversation.models import Activity
from core.conversation.readers import Named, readable_records
from core.days import today
from core.declare import Tile, msg
from core.errors import InvalidInput
from core.i18n import phrase
from core.web.conversation.panel import answer, answer_once
from core.web.conversation.place import Place, place_of
from core.web.replies import Page, Reply
from core.web.request import Request
from core.web.resources.shape import Shape

MINE: Final = "/core/activities"


@dataclass(frozen=True, slots=True)
class OwnTask:
    """An activity on somebody's own page, with the record it is about."""

    activity: Activity
    when: planned.When
    record: Named
    assignee: str


def schedule(shape: Shape, session: Session, request: Request) -> Reply:
    """A new activity."""
    place = place_of(shape, session, request, writing=True)

    def write() -> Reply:
        activity = planned.schedule(session, place.subject, _plan(session, request))
        said = phrase("“{what}” is planned.", what=activity.summary)
        return answer(session, request, place, said)

    return answer_once(session, request, place, write)


def reschedule(shape: Shape, session: Session, request: Request) -> Reply:
    """An open activity, planned otherwise."""
    place = place_of(shape, session, request, writing=True)
    activity = _activity(session, request, place)
    planned.reschedule(session, place.subject, activity, _plan(session, request, activity))
    return answer(session, request, place, phrase("Changed."))


def finish(shape: Shape, session: Session, request: Request) -> Reply:
    """Done, with what came of it. Whoever has to do it may say so without any other right."""
    place = place_of(shape, session, request)
    activity = _activity(session, request, place)
    if activity.assignee_id != actor(session).user_id:
        place = place_of(shape, session, request, writing=True)
    planned.finish(session, place.subject, activity, request.form.get("feedback", ""))
    return answer(session, request, place, phrase("Done."))


def cancel(shape: Shape, session: Session, request: Request) -> Reply:
    """An open activity, dropped."""
    place = place_of(shape, session, request, writing=True)
    planned.cancel(session, _activity(session, request, place))
    return answer(session, request, place, phrase("Dropped."))


def my_activities(session: Session, request: Request) -> Reply:
    """What the actor has to do, or has planned for others, of records that they may read."""
    planned_by = request.query.get("whose", "") == "others"
    user_id = actor(session).user_id
    found = (
        [] if user_id is None else planned.activities_for(session, user_id, planned_by=planned_by)
    )
    wanted: dict[str, set[str]] = {}
    for activity in found:
        wanted.setdefault(activity.resource, set()).add(activity.conversation.record_id)
    records = readable_records(session, wanted)
    names = planned.names_of(session, (activity.assignee_id for activity in found))
    now = today(session)
    tasks: dict[planned.When, list[OwnTask]] = {"overdue": [], "today": [], "planned": []}
    for activity in found:
        record = records.get((activity.resource, activity.conversation.record_id))
        if record is not None:
            when = planned.when(activity, now)
            tasks[when].append(OwnTask(activity, when, record, names[activity.assignee_id]))
    context = {"groups": tasks, "planned_by": planned_by, "today": now}
    return Page("core/conversation/activities.html", context)


def due_tile(session: Session) -> list[Tile]:
    """What is due, on the start page of those who have something to do."""
    user_id = actor(session).user_id
    count = planned.due_count(session, user_id) if user_id is not None else 0
    return [Tile(msg("Due today or late"), str(count), MINE, order=5)] if count else []


def _activity(session: Session, request: Request, place: Place) -> Activity:
    return planned.activity_of(
        session, place.conversation_id, request.path_params["activity"], lock=True
    )


def _plan(session: Session, request: Request, present: Activity | None = None) -> planned.Plan:
    form = request.form
    typed = form.get("due_on", "") or (present.due_on.isoformat() if present else "")
    try:
        due_on = date.fromisoformat(typed)
    except ValueError:
        raise InvalidInput.of("due_on", phrase("Choose a day.")) from None
    return planned.Plan(
        kind=form.get("kind", "") or (present.kind if present else "todo"),
        summary=form.get("summary", "") or (present.summary if present else ""),
        due_on=due_on,
        assignee_id=_assignee(session, request, present),
    )


def _assignee(session: Session, request: Request, present: Activity | None) -> int:
    """The user chosen from the list, or whose whole name was typed; else the actor."""
    chosen = request.form.get("assignee_id", "")
    if chosen.isdecimal() and len(chosen) <= 18:
        return int(chosen)
    typed = request.form.get("assignee_id.text", "").replace("\x00", "").strip()
    if typed:
        found = session.scalars(select(User.id).where(User.name == typed, User.is_active)).all()
        if len(found) != 1:
            raise InvalidInput.of("assignee_id", phrase("Choose somebody from the list of names."))
        return found[0]
    if present is not None:
        return present.assignee_id
    user_id = actor(session).user_id
    if user_id is None:
        raise InvalidInput.of("assignee_id", phrase("Say who is to do it."))
    return user_id
