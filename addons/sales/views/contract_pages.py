"""Pages of a contract: what comes next, and what is asked when it is paused, resumed, changed or
ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.sales.models.recurring import Contract
from addons.sales.permissions import EDIT_CONTRACTS, VIEW_CONTRACTS
from addons.sales.services.recurring.coming import coming, invoiced_periods, missing_invoices
from addons.sales.services.recurring.periods import ONE_DAY
from addons.sales.services.recurring.steps import Change, change_line, end, pause, resume
from addons.sales.views.reaching import reach
from addons.sales.views.typed import typed_amount, typed_day, typed_key
from core.api import (
    AppError,
    InvalidInput,
    NotFound,
    Page,
    Redirect,
    Reply,
    Request,
    Route,
    Slot,
    actor,
    msg,
    phrase,
    savepoint,
    today,
)

_AHEAD: Final = 12
_BESIDE: Final = 3


@dataclass(frozen=True, slots=True)
class _Way:
    """A page of a contract, or a step that is taken there: its title, what it says, its icon."""

    title: str
    told: str
    icon: str


_COMING: Final = _Way(msg("Coming invoices"), "", icon="calendar-range")
_STEPS: Final = {
    "pause": _Way(msg("Pause"), msg("Nothing is charged for these days."), icon="pause-circle"),
    "resume": _Way(msg("Resume"), msg("From this day on it is charged again."), icon="play-circle"),
    "change": _Way(
        msg("Change a line"),
        msg("The line ends the day before, and goes on as you say. Empty fields stay as they are."),
        icon="sliders",
    ),
    "end": _Way(
        msg("End"), msg("The last day is charged; nothing comes after it."), icon="stop-circle"
    ),
}


def coming_page(session: Session, request: Request) -> Page:
    """The next periods with what they will be charged."""
    contract = reach(session, request, Contract, VIEW_CONTRACTS)
    return Page(
        "sales/contract_coming.html",
        {"contract": contract, "coming": coming(session, contract, _AHEAD)},
    )


def step_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """What is asked for a step."""
    contract = reach(session, request, Contract, EDIT_CONTRACTS)
    step = request.path_params["step"]
    if step not in _STEPS:
        raise NotFound(phrase("There is no such page."))
    ahead = contract.starts_on
    if contract.covered_until is not None:
        ahead = contract.covered_until + ONE_DAY
    lines = [
        line
        for line in contract.lines
        if line.charge == "recurring" and (line.until_day is None or line.until_day >= ahead)
    ]
    return Page(
        "sales/contract_step.html",
        {
            "contract": contract,
            "step": step,
            "heading": _STEPS[step].title,
            "told": _STEPS[step].told,
            "ahead": max(ahead, today(session)) if step == "resume" else ahead,
            "lines": lines,
            "typed": request.form,
            "error": error,
        },
        status=200 if error is None else error.status,
    )


def step_typed(session: Session, request: Request) -> Reply:
    """Take the step."""
    contract = reach(session, request, Contract, EDIT_CONTRACTS)
    take = _TAKEN.get(request.path_params["step"])
    if take is None:
        raise NotFound(phrase("There is no such page."))
    try:
        with savepoint(session):
            take(session, contract, request)
    except AppError as error:
        return step_page(session, request, error)
    return Redirect(f"/sales/contracts/{contract.id}", phrase("Done."))


def _day(request: Request, name: str = "day") -> Any:
    found = typed_day(request, name)
    if found is None:
        raise InvalidInput.of(name, phrase("Give a date such as 2026-01-31."))
    return found


def _pause(session: Session, contract: Contract, request: Request) -> None:
    last = typed_day(request, "last_day")
    pause(session, contract, _day(request), last, request.form.get("reason", ""))


def _resume(session: Session, contract: Contract, request: Request) -> None:
    resume(session, contract, _day(request))


def _change(session: Session, contract: Contract, request: Request) -> None:
    change = Change(
        typed_amount(request, "quantity"),
        typed_amount(request, "price"),
        typed_amount(request, "discount_percent"),
    )
    change_line(session, contract, typed_key(request, "line") or 0, _day(request), change)


def _end(session: Session, contract: Contract, request: Request) -> None:
    end(session, contract, _day(request), request.form.get("reason", ""))


_TAKEN: Final[dict[str, Callable[[Session, Contract, Request], None]]] = {
    "pause": _pause,
    "resume": _resume,
    "change": _change,
    "end": _end,
}


def tools(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The ways to these pages."""
    contract = given["record"]
    if not isinstance(contract, Contract):
        return None
    at = f"/sales/contracts/{contract.id}"
    links = [(f"{at}/coming", _COMING.title, _COMING.icon)]
    if contract.state in ("running", "paused") and actor(session).may(EDIT_CONTRACTS.code):
        since = contract.covered_until or contract.starts_on
        resting = any(one.last_day is None or one.last_day > since for one in contract.pauses)
        for step, way in _STEPS.items():
            if step != ("pause" if resting else "resume"):
                links.append((f"{at}/steps/{step}", way.title, way.icon))
    return {"links": links}


def beside(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What comes next, and what was invoiced last."""
    contract = given["record"]
    return {
        "contract": contract,
        "coming": coming(session, contract, _BESIDE),
        "invoiced": invoiced_periods(session, contract),
        "missing": missing_invoices(session, contract),
    }


SLOTS: Final = (
    Slot("core.record.tools", "sales/tools.html", tools, VIEW_CONTRACTS),
    Slot("sales.contracts.side", "sales/contract_side.html", beside, VIEW_CONTRACTS),
)
_STEP: Final = "/contracts/{id:int}/steps/{step}"
ROUTES: Final = (
    Route("GET", "/contracts/{id:int}/coming", coming_page, VIEW_CONTRACTS),
    Route("GET", _STEP, step_page, EDIT_CONTRACTS),
    Route("POST", _STEP, step_typed, EDIT_CONTRACTS),
)
