"""Lock dates on one page: where each stands, moving it forward, and who is let through."""

from __future__ import annotations

from typing import Any, Final, get_args

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.models import (
    LOCK_KINDS,
    LockDate,
    LockException,
    LockExceptionUse,
    LockKind,
)
from addons.accounting.permissions import EXCEPT_LOCK, LOCK_PERIOD, MOVE_LOCK, VIEW_BOOKS
from addons.accounting.services import locks
from addons.accounting.views.typed import typed_day, typed_moment, typed_number
from core.api import (
    Access,
    Action,
    Column,
    Forbidden,
    InvalidInput,
    Page,
    Redirect,
    Related,
    Request,
    Resource,
    Route,
    msg,
    phrase,
    today,
)

_HELP: Final = {
    "sales": msg("Entries in journals of sales."),
    "purchases": msg("Entries in journals of purchases."),
    "tax": msg("Entries with tax. Filing a return moves it."),
    "everything": msg("Every entry, whatever it is about."),
    "final": msg("Every entry, and nobody can be let through."),
}
_PAGE: Final = "/accounting/closing/locks"


def show(session: Session, request: Request) -> Page:
    """All locks, and the exceptions from them, newest first."""
    known = {lock.kind: lock for lock in session.scalars(select(LockDate))}
    uses = session.execute(
        select(LockExceptionUse.exception_id, func.count().label("entries")).group_by(
            LockExceptionUse.exception_id
        )
    )
    used = {row.exception_id: row.entries for row in uses}
    newest = select(LockException).order_by(LockException.id.desc()).limit(50)
    return Page(
        "accounting/closing/locks.html",
        {
            "kinds": LOCK_KINDS,
            "help": _HELP,
            "locks": known,
            "exceptions": session.scalars(newest).all(),
            "used": used,
            "in_force": locks.is_in_force,
            "people": locks.people(session),
            "today": today(session),
            "titles": dict(LOCK_KINDS),
            "may_move": request.actor.may(MOVE_LOCK.code),
            "may_finally": request.actor.may(LOCK_PERIOD.code),
            "may_except": request.actor.may(EXCEPT_LOCK.code),
        },
    )


def move(session: Session, request: Request) -> Redirect:
    """Move a lock forward."""
    kind, until = _kind(request), typed_day(request, "until")
    if kind == "final" and not request.actor.may(LOCK_PERIOD.code):
        raise Forbidden(phrase("Only who may lock periods for good may set this lock."))
    locks.move_lock(session, kind, until, request.form.get("reason", "").strip())
    said = phrase("{lock} is locked until {day}.", lock=phrase(dict(LOCK_KINDS)[kind]), day=until)
    return Redirect(_PAGE, said)


def grant(session: Session, request: Request) -> Redirect:
    """Let somebody post behind a lock."""
    exception = locks.grant_exception(
        session,
        {
            "kind": _kind(request),
            "user_id": typed_number(request, "user_id"),
            "open_from": typed_day(request, "open_from"),
            "valid_until": typed_moment(request, "valid_until"),
            "reason": request.form.get("reason", "").strip(),
        },
    )
    return Redirect(_PAGE, phrase("{who} can post behind the lock.", who=exception.user_name))


def _kind(request: Request) -> LockKind:
    written = request.form.get("kind", "")
    for kind in get_args(LockKind):
        if kind == written:
            return kind
    raise InvalidInput.of("kind", phrase("Choose one of the list."))


def _end(session: Session, exception: LockException) -> str:
    locks.end_exception(session, exception)
    return phrase("{who} is no longer let through.", who=exception.user_name)


def _entries(session: Session, exception: LockException) -> list[Related]:
    return [
        Related("accounting.entries", entry.id, msg("Posted through it"))
        for entry in locks.entries_through(session, exception)
    ]


def _title(exception: LockException) -> str:
    return phrase(
        "{who}: {lock} from {day}",
        who=exception.user_name,
        lock=phrase(dict(LOCK_KINDS)[exception.kind]),
        day=exception.open_from,
    )


LOCK_DATES: Final = Resource(
    name="lock-dates",
    model=LockDate,
    title=msg("Lock dates"),
    singular=msg("Lock date"),
    access=Access(VIEW_BOOKS),
    columns=(
        Column("kind", msg("What is locked"), choices=LOCK_KINDS),
        Column("until", msg("Locked until")),
        Column("set_by", msg("Set by")),
        Column("set_at", msg("Set on")),
        Column("reason", msg("Reason")),
    ),
    record_title=lambda lock: phrase(dict(LOCK_KINDS)[lock.kind]),
    order=("kind",),
)

LOCK_EXCEPTIONS: Final = Resource(
    name="lock-exceptions",
    model=LockException,
    title=msg("Exceptions from locks"),
    singular=msg("Exception from a lock"),
    help=msg("Who was let through behind a lock date, why, until when, and what was posted."),
    access=Access(VIEW_BOOKS),
    columns=(
        Column("user_name", msg("Who is let through")),
        Column("kind", msg("What is locked"), choices=LOCK_KINDS),
        Column("open_from", msg("Dates from")),
        Column("valid_until", msg("Until")),
        Column("reason", msg("Reason")),
        Column("granted_by", msg("Granted by")),
        Column("ended_at", msg("Ended early"), optional=True),
    ),
    record_title=_title,
    order=("-valid_until",),
    actions=(Action("end", msg("End it now"), EXCEPT_LOCK, _end, when=locks.is_in_force),),
    related=_entries,
)

RESOURCES: Final[tuple[Resource, ...]] = (LOCK_DATES, LOCK_EXCEPTIONS)

ROUTES: Final = (
    Route("GET", "/closing/locks", show, VIEW_BOOKS),
    Route("POST", "/closing/locks/move", move, MOVE_LOCK),
    Route("POST", "/closing/locks/exceptions", grant, EXCEPT_LOCK),
)


def exceptions_of(session: Session, entry: Any) -> list[Related]:
    """The exceptions that let an entry through, for the story of the entry."""
    return [
        Related("accounting.lock-exceptions", key, msg("Posted by exception"), before=True)
        for key in locks.exceptions_of(session, entry.id)
    ]
