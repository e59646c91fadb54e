"""The timeline of a record: what was changed, said, sent and done, in one line of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final, Literal

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.conversation.models import Entry
from core.conversation.notes import mentions_of
from core.declare import msg
from core.errors import InvalidInput
from core.i18n import phrase
from core.jobs.models import Job
from core.web.conversation.formatting import formatted
from core.web.conversation.place import Place
from core.web.conversation.trail import TrailEntry, trail_of
from core.web.conversation.wording import SHOWN_PARTS, Part, Teller
from core.web.request import Request

MOMENTS: Final = 20
"""Moments on one page of the timeline."""
DOORS: Final = {
    "page": msg("in the browser"),
    "api": msg("through the API"),
    "job": msg("by a background job"),
}

Show = Literal["all", "said", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """All that one person changed in one transaction; `more` parts are not shown."""

    at: datetime
    who: str
    door: str
    parts: tuple[Part, ...]
    more: int = 0
    kind: str = "changed"


@dataclass(frozen=True, slots=True)
class Said:
    """Something said or done. `state` of a mail: waiting, sent or failed, and `problem` why."""

    at: datetime
    who: str
    kind: str
    id: int
    html: Markup
    text: str
    details: Mapping[str, Any]
    is_own: bool
    is_edited: bool
    state: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of it, the newest first; `older` leads on, and is empty at the end."""

    moments: tuple[Change | Said, ...]
    older: str


def timeline(session: Session, request: Request, place: Place, show: Show = "all") -> Timeline:
    """The moments before the one that the query's `before` names, or the newest."""
    before = _moment(request.query.get("before", ""))
    said: list[Change | Said] = []
    if show != "changed":
        said += _said(session, place.conversation_id, before)
    if show != "said":
        entries = trail_of(session, place.shape, place.record, before, MOMENTS + 1)
        said += _changes(Teller(session, place.shape, request, place.record, entries), entries)
    said.sort(key=lambda moment: moment.at, reverse=True)
    if len(said) <= MOMENTS:
        return Timeline(tuple(said), "")
    # What happened at one time stays together, since the next page begins before it.
    last = said[MOMENTS - 1].at
    kept = [moment for moment in said if moment.at >= last]
    older = last.isoformat() if len(kept) < len(said) else ""
    return Timeline(tuple(kept), older)


def read_show(request: Request) -> Show:
    """What the reader wants to see of it."""
    wanted = request.query.get("show", "all")
    return wanted if wanted in ("said", "changed") else "all"  # type: ignore[return-value]


def _changes(teller: Teller, entries: list[TrailEntry]) -> Iterator[Change]:
    for (at, who, door), group in groupby(entries, key=lambda e: (e.at, e.who, e.door)):
        parts = [teller.part(entry) for entry in reversed(list(group))]
        # A change that shows in no field of the form is nobody's news, but a birth or death is.
        parts = [part for part in parts if part.fields or part.operation != "update"]
        if parts:
            shown = tuple(parts[:SHOWN_PARTS])
            yield Change(at, who, DOORS.get(door, ""), shown, len(parts) - len(shown))


def _said(session: Session, conversation_id: int | None, before: datetime | None) -> Iterable[Said]:
    if conversation_id is None:
        return []
    statement = select(Entry).where(Entry.conversation_id == conversation_id)
    if before is not None:
        statement = statement.where(Entry.created_at < before)
    entries = list(session.scalars(statement.order_by(Entry.created_at.desc()).limit(MOMENTS + 1)))
    jobs = _jobs(session, entries)
    user_id = actor(session).user_id
    return [_told(entry, jobs.get(entry.details.get("job", 0)), user_id) for entry in entries]


def _told(entry: Entry, job: Job | None, user_id: int | None) -> Said:
    state = problem = ""
    if entry.kind == "mail":
        is_dead = job is not None and job.state in ("dead", "cancelled")
        state = "sent" if "sent_at" in entry.details else "failed" if is_dead else "waiting"
        problem = job.error if job is not None and state != "sent" else ""
    return Said(
        at=entry.created_at,
        who=entry.author,
        kind=entry.kind,
        id=entry.id,
        html=formatted(entry.body, mentions_of(entry)),
        text=entry.body,
        details=entry.details,
        is_own=entry.kind == "note" and entry.author_id is not None and entry.author_id == user_id,
        is_edited=entry.edited_at is not None,
        state=state,
        problem=problem,
    )


def _jobs(session: Session, entries: Iterable[Entry]) -> dict[int, Job]:
    ids = [entry.details["job"] for entry in entries if "job" in entry.details]
    if not ids:
        return {}
    return {job.id: job for job in session.scalars(select(Job).where(Job.id.in_(ids)))}


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InvalidInput.of("before", phrase("This is no moment of the timeline."))
    return at
