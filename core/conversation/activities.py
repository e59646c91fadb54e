"""Activities: what somebody has to do about a record, and by when.

Open ones stand beside the record and on their assignee's own page, coloured by the day in the
company's time zone. One that is done goes onto the timeline with what came of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from core.auth.actor import actor
from core.auth.models import User
from core.conversation.followers import draw_in
from core.conversation.models import Activity, Entry
from core.conversation.notes import add_entry, tell_followers_of
from core.conversation.notices import give_notice
from core.conversation.plain_text import one_line, several_lines
from core.conversation.presence import conversation_changed
from core.conversation.readers import readers_among
from core.conversation.subjects import Subject, open_conversation
from core.days import today
from core.db.base import utc_now
from core.db.session import binding
from core.declare import msg
from core.errors import Conflict, InvalidInput, NotFound
from core.i18n import phrase

KINDS: Final = {
    "todo": msg("To do"),
    "call": msg("Call"),
    "meeting": msg("Meeting"),
    "mail": msg("E-mail"),
    "document": msg("Document"),
}
ICONS: Final = {
    "todo": "check2-square",
    "call": "telephone",
    "meeting": "people",
    "mail": "envelope",
    "document": "file-earmark-text",
}
MOST_OPEN: Final = 500
"""Open activities read at once for one person's page."""

When = Literal["overdue", "today", "planned"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: one of `KINDS`, in a few words, by a day, by a user."""

    kind: str
    summary: str
    due_on: date
    assignee_id: int


def when(activity: Activity, now: date) -> When:
    """Whether an open activity is late, due, or has time."""
    if activity.due_on < now:
        return "overdue"
    return "today" if activity.due_on == now else "planned"


def schedule(session: Session, subject: Subject, plan: Plan) -> Activity:
    """Plan an activity. Its assignee must be able to read the record, follows it from now on, and
    hears of it unless they planned it themselves."""
    summary = _checked(session, subject, plan)
    activity = Activity(
        conversation_id=open_conversation(session, subject),
        resource=subject.resource,
        kind=plan.kind,
        summary=summary,
        due_on=plan.due_on,
        assignee_id=plan.assignee_id,
        creator_id=actor(session).user_id,
    )
    session.add(activity)
    session.flush()
    _tell_assignee(session, subject, activity)
    conversation_changed(session, activity.conversation_id)
    return activity


def reschedule(session: Session, subject: Subject, activity: Activity, plan: Plan) -> Activity:
    """Change an open activity; a new assignee hears of it."""
    _require_open(activity)
    before = activity.assignee_id
    activity.summary = _checked(session, subject, plan)
    activity.kind, activity.due_on = plan.kind, plan.due_on
    activity.assignee_id = plan.assignee_id
    session.flush()
    if activity.assignee_id != before:
        _tell_assignee(session, subject, activity)
    conversation_changed(session, activity.conversation_id)
    return activity


def finish(session: Session, subject: Subject, activity: Activity, feedback: str) -> Entry:
    """Call it done, with what came of it, if there is something to say; onto the timeline."""
    _require_open(activity)
    feedback = several_lines(feedback, "feedback", required=False)
    activity.done_at = utc_now()
    activity.done_by = binding(session).author.label
    activity.feedback = feedback
    details = {"kind": activity.kind, "summary": activity.summary, "activity": activity.id}
    entry = add_entry(session, subject, "done", feedback, details)
    tell_followers_of(session, subject, entry)
    return entry


def cancel(session: Session, activity: Activity) -> None:
    """Drop an open activity. The audit trail keeps it."""
    _require_open(activity)
    session.delete(activity)
    session.flush()
    conversation_changed(session, activity.conversation_id)


def activity_of(
    session: Session, conversation_id: int | None, activity_id: int, *, lock: bool = False
) -> Activity:
    """An activity of this very conversation; raises NotFound."""
    activity = session.get(Activity, activity_id, with_for_update=lock or None)
    if activity is None or activity.conversation_id != conversation_id:
        raise NotFound(phrase("This activity is gone."))
    return activity


def open_activities(session: Session, conversation_id: int | None) -> list[Activity]:
    """What is still to be done about a record, the most urgent first."""
    if conversation_id is None:
        return []
    statement = _open().where(Activity.conversation_id == conversation_id)
    return list(session.scalars(statement))


def activities_for(session: Session, user_id: int, *, planned_by: bool = False) -> list[Activity]:
    """What a user has to do, or has planned for others, the most urgent first."""
    whose = Activity.assignee_id == user_id
    if planned_by:
        whose = (Activity.creator_id == user_id) & (Activity.assignee_id != user_id)
    statement = _open().where(whose).options(joinedload(Activity.conversation))
    return list(session.scalars(statement.limit(MOST_OPEN)))


def names_of(session: Session, user_ids: Iterable[int]) -> dict[int, str]:
    """What these users are called."""
    found = session.execute(select(User.id, User.name).where(User.id.in_(set(user_ids))))
    return {row.id: row.name for row in found}


def due_count(session: Session, user_id: int) -> int:
    """How many activities of a user are due today or late."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Activity)
            .where(
                Activity.assignee_id == user_id,
                Activity.done_at.is_(None),
                Activity.due_on <= today(session),
            )
        )
        or 0
    )


def remind(session: Session) -> None:
    """The job of each morning: whoever has something due today finds it in their inbox."""
    due = select(Activity).where(Activity.done_at.is_(None), Activity.due_on == today(session))
    for activity in session.scalars(due.options(joinedload(Activity.conversation))):
        conversation = activity.conversation
        subject = Subject(activity.resource, conversation.table_name, conversation.record_id)
        people = readers_among(session, subject, [activity.assignee_id])
        give_notice(
            session,
            subject,
            conversation.id,
            dict.fromkeys(people, "due"),
            actor="",
            details={"summary": activity.summary},
        )


def _open() -> Select[Activity]:
    return select(Activity).where(Activity.done_at.is_(None)).order_by(Activity.due_on, Activity.id)


def _checked(session: Session, subject: Subject, plan: Plan) -> str:
    """The summary as it is kept; raises InvalidInput for what cannot be planned."""
    if plan.kind not in KINDS:
        raise InvalidInput.of("kind", phrase("Choose one of the possibilities."))
    if not readers_among(session, subject, [plan.assignee_id]):
        raise InvalidInput.of(
            "assignee_id",
            phrase("This person cannot read the record, so they cannot be asked to do it."),
            fix=phrase("Choose somebody else, or have them given the right to read it."),
        )
    return one_line(plan.summary, "summary")


def _tell_assignee(session: Session, subject: Subject, activity: Activity) -> None:
    draw_in(session, activity.conversation_id, [activity.assignee_id])
    if activity.assignee_id == actor(session).user_id:
        return
    people = readers_among(session, subject, [activity.assignee_id])
    give_notice(
        session,
        subject,
        activity.conversation_id,
        dict.fromkeys(people, "assigned"),
        actor=binding(session).author.label,
        details={"summary": activity.summary},
    )


def _require_open(activity: Activity) -> None:
    if activity.done_at is not None:
        raise Conflict(
            phrase("“{summary}” is done already.", summary=activity.summary),
            fix=phrase("Reload the record: somebody else may have been quicker."),
        )
