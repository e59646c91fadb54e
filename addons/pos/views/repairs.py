"""The page of repairs: operations of tills that could not be booked, each with what is wrong, and
the file of a device that cannot send any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.pos.models import Operation, OperationChange
from addons.pos.permissions import REPAIR
from addons.pos.services.repairing.mending import (
    drop,
    leaves,
    mend,
    payload_of,
    replay,
    shown,
    with_leaves,
)
from addons.pos.services.repairing.recovering import bring_in
from core.api import (
    AppError,
    InvalidInput,
    NotFound,
    Page,
    Redirect,
    Reply,
    Request,
    Route,
    phrase,
    savepoint,
)

_PAGE: Final = "/pos/repairs"
_MOST: Final = 200


def repairs(session: Session, request: Request, error: AppError | None = None) -> Page:
    """Everything that waits for somebody, the oldest first."""
    waiting = session.scalars(
        select(Operation)
        .where(Operation.state == "quarantined")
        .order_by(Operation.id)
        .limit(_MOST)
    )
    given = {"operations": waiting.all(), "most": _MOST, "error": error}
    return Page("pos/repairs.html", given, status=200 if error is None else error.status)


def repair(session: Session, request: Request, error: AppError | None = None) -> Page:
    """One operation: what is wrong, what was sent, and what somebody did about it."""
    operation = _operation(session, request)
    payload = payload_of(operation)
    field = str((operation.problem or {}).get("field", ""))
    changes = session.scalars(
        select(OperationChange)
        .where(OperationChange.operation_id == operation.id)
        .order_by(OperationChange.id)
    )
    typed = request.form
    fields = [
        (path, typed.get(f"leaf:{path}", shown(value)), path == field)
        for path, value in leaves(payload)
    ]
    given = {
        "operation": operation,
        "fields": fields,
        "changes": changes.all(),
        "reason": typed.get("reason", ""),
        "written": typed.get("payload", ""),
        "error": error,
    }
    return Page("pos/repair.html", given, status=200 if error is None else error.status)


def mend_it(session: Session, request: Request) -> Reply:
    """Book it with what was typed."""

    def work(operation: Operation, reason: str) -> None:
        typed = {name[5:]: text for name, text in request.form.items() if name.startswith("leaf:")}
        written = request.form.get("payload", "").strip()
        payload: Any = _json(written) if written else with_leaves(payload_of(operation), typed)
        mend(session, operation, payload, reason)

    return _done(session, request, work, phrase("It is being booked."))


def replay_it(session: Session, request: Request) -> Reply:
    """Book it as it is."""

    def work(operation: Operation, reason: str) -> None:
        replay(session, operation, reason)

    return _done(session, request, work, phrase("It is being booked."))


def drop_it(session: Session, request: Request) -> Reply:
    """Never book it."""

    def work(operation: Operation, reason: str) -> None:
        drop(session, operation, reason)

    return _done(session, request, work, phrase("It was dropped; it stays with the reason."))


def recover(session: Session, request: Request) -> Reply:
    """Take the operations of a recovery file."""
    upload = request.files.get("file")
    try:
        if upload is None or not upload.size:
            raise InvalidInput.of("file", phrase("Choose the file that the device wrote."))
        with savepoint(session):
            recovered = bring_in(session, upload.read())
    except AppError as error:
        return repairs(session, request, error)
    return Page("pos/recovered.html", {"recovered": recovered})


def _done(
    session: Session,
    request: Request,
    work: Callable[[Operation, str], None],
    sentence: str,
) -> Reply:
    try:
        with savepoint(session):
            work(_operation(session, request), request.form.get("reason", ""))
            session.flush()
    except AppError as error:
        if isinstance(error, NotFound):
            raise
        return repair(session, request, error)
    return Redirect(_PAGE, sentence)


def _operation(session: Session, request: Request) -> Operation:
    found = session.get(Operation, request.path_params["id"])
    if found is None:
        raise NotFound(phrase("There is no such operation."))
    return found


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidInput.of("payload", phrase("This is not valid JSON.")) from error


ROUTES: Final = (
    Route("GET", "/repairs", repairs, REPAIR),
    Route("GET", "/repairs/{id:int}", repair, REPAIR),
    Route("POST", "/repairs/{id:int}/mend", mend_it, REPAIR, never_blocked=True),
    Route("POST", "/repairs/{id:int}/replay", replay_it, REPAIR, never_blocked=True),
    Route("POST", "/repairs/{id:int}/drop", drop_it, REPAIR, never_blocked=True),
    Route("POST", "/recovery", recover, REPAIR, never_blocked=True),
)
