"""The pages of closing: the checklist of a period, missing bills, the year end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Accrual, FiscalYear, Period
from addons.accounting.permissions import (
    CLOSE_PERIOD,
    LOCK_PERIOD,
    POST_ENTRY,
    REVERSE_ENTRY,
    VIEW_BOOKS,
)
from addons.accounting.services import accrual_proposals, year_end
from addons.accounting.services.closing import doing, year
from addons.accounting.services.closing.checklist import checklist, log_of, steps_of
from addons.accounting.views.typed import money_digits, typed_amount
from core.api import NotFound, Page, Redirect, Request, Route, msg, phrase, today

EVENT_TITLES: Final = {
    "ticked": msg("Ticked"),
    "waived": msg("Left out"),
    "cleared": msg("Taken back"),
    "ran": msg("Done by the machine"),
    "closed": msg("Closed"),
    "reopened": msg("Reopened"),
    "locked": msg("Locked for good"),
    "year_end": msg("Result carried"),
}


def start(session: Session, request: Request) -> Redirect:
    """The period that is to be closed next: the oldest open one that is over, else today's."""
    day = today(session)
    over = select(Period).where(Period.state == "open", Period.end_date < day)
    period = (
        session.scalar(over.order_by(Period.start_date).limit(1))
        or session.scalar(select(Period).where(Period.start_date <= day, Period.end_date >= day))
        or session.scalar(select(Period).order_by(Period.start_date.desc()).limit(1))
    )
    if period is None:
        return Redirect("/accounting/fiscal-years", phrase("Set up a fiscal year first."))
    return Redirect(_address(period))


def show(session: Session, request: Request) -> Page:
    """The checklist of a period, each step with its state at this moment."""
    period = _period(session, request)
    steps = checklist(session, period) if period.state == "open" else []
    log = log_of(session, period)
    closed = [line for line in log if line.event == "closed"]
    return Page(
        "accounting/closing/checklist.html",
        {
            "period": period,
            "url": _address(period),
            "steps": steps,
            "left": [view for view in steps if not view.settled],
            "settled": sum(view.settled for view in steps),
            "before": _neighbour(session, period, -1),
            "after": _neighbour(session, period, 1),
            "log": list(reversed(log)),
            "events": EVENT_TITLES,
            "closed": closed[-1] if closed and period.state != "open" else None,
            "titles": _titles(session),
            "found": _found_then(session, closed[-1].details) if closed else [],
            "is_over": period.end_date < today(session),
            "may_close": request.actor.may(CLOSE_PERIOD.code),
            "may_lock": request.actor.may(LOCK_PERIOD.code),
        },
    )


def run_step(session: Session, request: Request) -> Redirect:
    """The machine does a step."""
    said = doing.run_step(session, _id(request), _step(request))
    return Redirect(_back(request), said)


def tick(session: Session, request: Request) -> Redirect:
    """A person says that a step is done."""
    doing.tick(session, _id(request), _step(request))
    return Redirect(_back(request))


def waive(session: Session, request: Request) -> Redirect:
    """Close without a step, for a reason."""
    doing.waive(session, _id(request), _step(request), request.form.get("reason", ""))
    return Redirect(_back(request))


def clear(session: Session, request: Request) -> Redirect:
    """Take a tick or a waiver back."""
    doing.clear(session, _id(request), _step(request))
    return Redirect(_back(request))


def close(session: Session, request: Request) -> Redirect:
    """Close the period."""
    period = doing.close(session, _id(request))
    return Redirect(_address(period), phrase("{period} is closed.", period=period.name))


def reopen(session: Session, request: Request) -> Redirect:
    """Open a closed period again, for a reason."""
    period = doing.reopen(session, _id(request), request.form.get("reason", ""))
    return Redirect(_address(period), phrase("{period} is open again.", period=period.name))


def lock(session: Session, request: Request) -> Redirect:
    """Lock the period for good."""
    period = doing.lock(session, _id(request))
    return Redirect(_address(period), phrase("{period} is locked for good.", period=period.name))


def missing_bills(session: Session, request: Request) -> Page:
    """Usual bills that have not come, and the accruals of the period."""
    period = _period(session, request)
    known = select(Accrual).where(Accrual.date == period.end_date).order_by(Accrual.id)
    return Page(
        "accounting/closing/missing_bills.html",
        {
            "period": period,
            "url": _address(period),
            "digits": money_digits(session),
            "proposals": accrual_proposals.proposals(session, period),
            "accruals": session.scalars(known).all(),
            "may_post": request.actor.may(POST_ENTRY.code),
        },
    )


def decide_bill(session: Session, request: Request) -> Redirect:
    """Accrue a missing bill with the amount typed, or note that it is not expected."""
    period, key = _period(session, request), request.form.get("key", "")
    if request.form.get("decision") == "dismiss":
        accrual_proposals.dismiss(session, period, key)
        said = phrase("Noted: no bill is expected.")
    else:
        amount = typed_amount(request, "amount")
        accrual = accrual_proposals.accept(session, period, key, amount)
        said = phrase("Accrued, and reversed on {day}.", day=accrual.date + timedelta(days=1))
    return Redirect(f"{_address(period)}/accruals", said)


def year_page(session: Session, request: Request) -> Page:
    """The end of a fiscal year: its periods, its result, and what closes it."""
    fiscal_year = _year(session, request)
    return Page(
        "accounting/closing/year.html",
        {
            "year": fiscal_year,
            "url": f"/accounting/closing/years/{fiscal_year.id}",
            "still_open": [p for p in fiscal_year.periods if p.state == "open"],
            "results": year_end.results(session, fiscal_year),
            "carried": year_end.carried(session, fiscal_year),
            "may_close": request.actor.may(CLOSE_PERIOD.code),
            "may_lock": request.actor.may(LOCK_PERIOD.code),
            "may_reverse": request.actor.may(REVERSE_ENTRY.code),
        },
    )


def carry_result(session: Session, request: Request) -> Redirect:
    """Post the closing entry of the year."""
    year_end.carry_result(session, _year(session, request).id)
    return Redirect(request.path.rpartition("/")[0], phrase("The result is carried."))


def take_back_result(session: Session, request: Request) -> Redirect:
    """Reverse the closing entry of the year."""
    year_end.take_back(session, _year(session, request).id, request.form.get("reason", ""))
    return Redirect(request.path.rpartition("/")[0], phrase("The entry is reversed."))


def close_year(session: Session, request: Request) -> Redirect:
    """Close the year, with a reason where periods of it are open."""
    fiscal_year = _year(session, request)
    year.close_year(session, fiscal_year.id, request.form.get("reason", ""))
    return Redirect(
        request.path.rpartition("/")[0], phrase("{year} is closed.", year=fiscal_year.name)
    )


def _found_then(session: Session, details: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What the steps said when the period was closed, in the order of the checklist."""
    steps = steps_of(session)
    names = sorted(details, key=lambda name: (steps[name].order if name in steps else 999, name))
    return [(steps[name].title if name in steps else name, details[name]) for name in names]


def _titles(session: Session) -> dict[str, str]:
    return {name: step.title for name, step in steps_of(session).items()}


def _neighbour(session: Session, period: Period, direction: int) -> Period | None:
    found = select(Period).limit(1)
    if direction < 0:
        found = found.where(Period.start_date < period.start_date)
        return session.scalar(found.order_by(Period.start_date.desc()))
    found = found.where(Period.start_date > period.start_date)
    return session.scalar(found.order_by(Period.start_date))


def _id(request: Request) -> int:
    return request.path_params["period_id"]


def _step(request: Request) -> str:
    return request.form.get("step", "")


def _back(request: Request) -> str:
    return f"/accounting/closing/{_id(request)}#{_step(request)}"


def _address(period: Period) -> str:
    return f"/accounting/closing/{period.id}"


def _period(session: Session, request: Request) -> Period:
    return _found(session.get(Period, _id(request)))


def _year(session: Session, request: Request) -> FiscalYear:
    return _found(session.get(FiscalYear, request.path_params["year_id"]))


def _found(record: Any) -> Any:
    if record is None:
        raise NotFound(phrase("There is no such period."))
    return record


_ONE: Final = "/closing/{period_id:int}"
_YEAR: Final = "/closing/years/{year_id:int}"

ROUTES: Final = (
    Route("GET", "/closing", start, VIEW_BOOKS),
    Route("GET", _ONE, show, VIEW_BOOKS),
    Route("POST", f"{_ONE}/run", run_step, CLOSE_PERIOD),
    Route("POST", f"{_ONE}/tick", tick, CLOSE_PERIOD),
    Route("POST", f"{_ONE}/waive", waive, CLOSE_PERIOD),
    Route("POST", f"{_ONE}/clear", clear, CLOSE_PERIOD),
    Route("POST", f"{_ONE}/close", close, CLOSE_PERIOD),
    Route("POST", f"{_ONE}/reopen", reopen, CLOSE_PERIOD),
    Route("POST", f"{_ONE}/lock", lock, LOCK_PERIOD),
    Route("GET", f"{_ONE}/accruals", missing_bills, VIEW_BOOKS),
    Route("POST", f"{_ONE}/accruals", decide_bill, POST_ENTRY),
    Route("GET", _YEAR, year_page, VIEW_BOOKS),
    Route("POST", f"{_YEAR}/carry", carry_result, CLOSE_PERIOD),
    Route("POST", f"{_YEAR}/take-back", take_back_result, REVERSE_ENTRY),
    Route("POST", f"{_YEAR}/close", close_year, CLOSE_PERIOD),
)
