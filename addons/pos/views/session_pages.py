"""Pages about a session: its X or Z report, on the screen, as PDF and as CSV; and its closing at
the office, where its till cannot do it or where latecomers were collected."""

from __future__ import annotations

import csv
import io
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.pos.models import LOGGED, Register, TillSession
from addons.pos.permissions import CLOSE_SESSIONS, VIEW_SESSIONS
from addons.pos.services.sessions import closing
from addons.pos.services.sessions.expected import expected_amounts
from addons.pos.services.sessions.naming import report_name, session_title
from addons.pos.services.sessions.reporting import report_of
from addons.pos.services.sessions.tables import tables_of
from addons.pos.views.sessions import SESSIONS
from core.api import (
    AppError,
    File,
    InvalidInput,
    NotFound,
    Page,
    Permission,
    Redirect,
    Reply,
    Request,
    Route,
    phrase,
    print_pdf,
    savepoint,
)


def report_page(session: Session, request: Request) -> Page:
    """The report: as it was at the closing, or as it is now."""
    till_session = _reach(session, request, VIEW_SESSIONS)
    report = till_session.z or report_of(session, till_session)
    return Page(
        "pos/report.html",
        {
            "till_session": till_session,
            "title": session_title(till_session),
            "name": report_name(till_session),
            "report": report,
            "tables": tables_of(report),
            "log": dict(LOGGED),
            "may_close": request.actor.may(CLOSE_SESSIONS.code),
        },
    )


def report_file(session: Session, request: Request) -> Reply:
    """The report as PDF, in the company's language."""
    till_session = _reach(session, request, VIEW_SESSIONS)
    pdf = print_pdf(session, SESSIONS, till_session)
    return File(pdf.content, f"{report_name(till_session)}.pdf", "application/pdf", inline=True)


def report_csv(session: Session, request: Request) -> Reply:
    """The report's tables as one CSV: section, heading and figures in each row."""
    till_session = _reach(session, request, VIEW_SESSIONS)
    report = till_session.z or report_of(session, till_session)
    held = io.StringIO()
    writer = csv.writer(held)
    for table in tables_of(report):
        for row in table.rows:
            writer.writerow([str(table.title), *(str(cell) for cell in row)])
    content = held.getvalue().encode("utf-8-sig")
    return File(content, f"{report_name(till_session)}.csv", "text/csv; charset=utf-8")


def close_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """What closing at the office means for this session."""
    till_session = _reach(session, request, CLOSE_SESSIONS)
    if till_session.state == "closed":
        raise NotFound(phrase("This session is closed already."))
    return Page(
        "pos/close.html",
        {
            "till_session": till_session,
            "title": session_title(till_session),
            "amounts": expected_amounts(session, till_session),
            "typed": request.form,
            "error": error,
        },
        status=200 if error is None else error.status,
    )


def close_typed(session: Session, request: Request) -> Reply:
    """Close it: without a count where its till is lost, with one for latecomers."""
    till_session = _reach(session, request, CLOSE_SESSIONS)
    try:
        with savepoint(session):
            if till_session.state == "rescue":
                closing.close_rescue(session, till_session, _counted(request))
            else:
                note = request.form.get("note", "")
                closing.close_without_till(session, till_session, note)
    except AppError as error:
        session.refresh(till_session)
        return close_page(session, request, error)
    return Redirect(f"/pos/sessions/{till_session.id}/report", phrase("The session is closed."))


def _counted(request: Request) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for name, written in request.form.items():
        key = name.removeprefix("counted.")
        if key == name or not key.isdecimal() or len(key) > 18 or not written.strip():
            continue
        try:
            amount = Decimal(written.strip())
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or abs(amount) >= Decimal("1e15"):
            raise InvalidInput.of(name, phrase("This is not a number."))
        found[int(key)] = amount
    return found


def _reach(session: Session, request: Request, permission: Permission) -> TillSession:
    found: Any = session.get(TillSession, request.path_params["id"])
    scope = request.actor.scope(permission.code)
    if found is not None and scope == "branch":
        register = session.get_one(Register, found.register_id)
        found = found if register.branch_id in request.actor.branches else None
    if found is None or scope is None:
        raise NotFound(phrase("There is no such session."))
    return found


# A session whose till is lost is closed whatever became of the licence: its money was counted.
ROUTES: Final = (
    Route("GET", "/sessions/{id:int}/report", report_page, VIEW_SESSIONS),
    Route("GET", "/sessions/{id:int}/report.pdf", report_file, VIEW_SESSIONS),
    Route("GET", "/sessions/{id:int}/report.csv", report_csv, VIEW_SESSIONS),
    Route("GET", "/sessions/{id:int}/close", close_page, CLOSE_SESSIONS),
    Route("POST", "/sessions/{id:int}/close", close_typed, CLOSE_SESSIONS, never_blocked=True),
)
