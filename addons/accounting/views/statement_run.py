"""The page that has statements made for everybody with whom something is open, by a job; and a
statement's paper in the partner's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.accounting.models.collections import SIDES, AccountStatement
from addons.accounting.models.dunning import DunningLetter
from addons.accounting.permissions import COLLECT, VIEW_BOOKS
from addons.accounting.services.collections.statement_run import JOB
from addons.accounting.views.collections import ACCOUNT_STATEMENTS
from addons.accounting.views.dunning import DUNNING_LETTERS
from addons.accounting.views.typed import typed_day
from core.api import (
    File,
    InvalidInput,
    NotFound,
    Page,
    Redirect,
    Request,
    Resource,
    Route,
    Slot,
    enqueue,
    msg,
    phrase,
    print_pdf,
    today,
)


def ask(session: Session, request: Request) -> Page:
    """For which time, for whom, and whether they are sent at once."""
    end = today(session).replace(day=1) - timedelta(days=1)
    return _page(request, end.replace(day=1), end)


def begin(session: Session, request: Request) -> Redirect:
    """Ask for the job; the same time and side again makes nothing twice."""
    start, end = typed_day(request, "start"), typed_day(request, "end")
    if start > end:
        raise InvalidInput.of("end", phrase("The last day is before the first."))
    side = request.form.get("side", "receivable")
    if side not in dict(SIDES):
        raise InvalidInput.of("side", phrase("Choose one of the list."))
    enqueue(
        session,
        JOB,
        start=start.isoformat(),
        end=end.isoformat(),
        side=side,
        send=bool(request.form.get("send")),
    )
    return Redirect("/accounting/account-statements", phrase("The statements are being made."))


def statement_paper(session: Session, request: Request) -> File:
    """A statement as PDF in the language that it was made in."""
    statement = session.get(AccountStatement, request.path_params["id"])
    return _paper(session, ACCOUNT_STATEMENTS, statement)


def letter_paper(session: Session, request: Request) -> File:
    """A reminder as PDF in its language."""
    letter = session.get(DunningLetter, request.path_params["id"])
    return _paper(session, DUNNING_LETTERS, letter)


def _paper(
    session: Session, resource: Resource, record: AccountStatement | DunningLetter | None
) -> File:
    if record is None:
        raise NotFound(phrase("There is nothing to print here."))
    pdf = print_pdf(session, resource, record, record.language)
    return File(pdf.content, pdf.name, "application/pdf", inline=True)


def _paper_tool(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if given["shape"].full_name not in _ON_PAPER:
        return None
    resource = given["shape"].resource.name
    return {
        "href": f"/accounting/{resource}/{given['record'].id}/paper",
        "label": msg("PDF in the partner's language"),
        "icon": "file-earmark-pdf",
    }


def _letters_tool(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if given["shape"].full_name != "accounting.dunning-runs":
        return None
    href = f"/accounting/dunning-letters?run_id={given['record'].id}"
    return {"href": href, "label": msg("Its letters"), "icon": "envelope"}


def _page(request: Request, start: date, end: date) -> Page:
    return Page(
        "accounting/collections/statement_run.html",
        {"start": start, "end": end, "sides": SIDES},
    )


_ON_PAPER: Final = ("accounting.account-statements", "accounting.dunning-letters")
SLOTS: Final = (Slot("core.record.tools", "accounting/record_tool.html", _paper_tool, VIEW_BOOKS),)
ROUTES: Final = (
    Route("GET", "/statement-run", ask, COLLECT),
    Route("POST", "/statement-run", begin, COLLECT),
    Route("GET", "/account-statements/{id:int}/paper", statement_paper, VIEW_BOOKS),
    Route("GET", "/dunning-letters/{id:int}/paper", letter_paper, VIEW_BOOKS),
)
