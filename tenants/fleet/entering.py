"""The page on which an operator enters a database server, once it has proved that it will do. The
password is sealed when it is entered, and on no page again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from core.db.session import binding
from core.declare import Route, Slot
from core.errors import AppError, InvalidInput, Problem
from core.i18n import phrase
from core.kernel import Kernel
from core.tenancy.tenant import DatabaseAddress
from core.web.replies import Fragment, Page, Redirect, Reply
from core.web.request import Request
from core.web.resources.savepoint import attempt
from tenants import wishes
from tenants.fleet import looking, registering
from tenants.models import DatabaseServer
from tenants.permissions import MANAGE

_PAGE: Final = "/servers/add"
ADDRESS: Final = f"/tenants{_PAGE}"
_BLANK: Final = {
    "name": "",
    "host": "",
    "port": "5432",
    "user": "postgres",
    "database": "postgres",
    "region": "",
    "capacity": "",
}
_PORTS: Final = range(1, 65536)
_MOST: Final = 10**6


def show(session: Session, request: Request) -> Reply:
    """The form."""
    return _page(_BLANK)


def look(session: Session, request: Request) -> Reply:
    """Say what would come of it, and enter nothing."""
    problem, found = None, ()
    try:
        found = looking.look_at(_place(request.form))
    except InvalidInput as error:
        problem = error
    if request.wants == "fragment":
        return Fragment("tenants/server_findings.html", {"findings": found, "problem": problem})
    return _page(_typed(request.form), problem, found)


def enter(session: Session, request: Request) -> Reply:
    """Enter the server, unless something keeps it from holding organizations."""
    kernel: Kernel = binding(session).context["kernel"]
    form = request.form

    def add() -> DatabaseServer:
        return registering.add(
            session,
            kernel.secrets,
            form.get("name", ""),
            _place(form),
            region=form.get("region", ""),
            capacity=_capacity(form),
        )

    try:
        server = attempt(session, add)
    except AppError as error:
        return _page(_typed(form), error)
    message = phrase("{name} is entered, and takes organizations.", name=server.name)
    return Redirect(f"/tenants/servers/{server.id}", message=message)


def above_the_list(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The way to the form."""
    return {"url": ADDRESS}


def _page(
    typed: Mapping[str, str],
    error: AppError | None = None,
    findings: Sequence[looking.Finding] = (),
) -> Page:
    named = isinstance(error, InvalidInput) and any(each.field for each in error.problems)
    context = {
        "typed": typed,
        "error": error if named else None,
        "problem": None if named else error,
        "findings": findings,
        "url": ADDRESS,
        "back": "/tenants/servers",
    }
    return Page("tenants/server_add.html", context, status=200 if error is None else error.status)


def _typed(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed, but for the password."""
    return {name: form.get(name, "").strip() for name in _BLANK}


def _place(form: Mapping[str, str]) -> DatabaseAddress:
    """Where it is and who comes in; raises InvalidInput with all that is missing."""
    typed = _typed(form)
    lacking = [name for name in ("host", "user", "database") if not typed[name]]
    problems = [Problem(name, phrase("This is needed.")) for name in lacking]
    port = int(typed["port"]) if typed["port"].isdecimal() else 0
    if port not in _PORTS:
        problems.append(Problem("port", phrase("Give a number from 1 to 65535.")))
    wishes.refuse(problems)
    password = form.get("password", "")
    return DatabaseAddress(typed["host"], port, typed["database"], typed["user"], password)


def _capacity(form: Mapping[str, str]) -> int | None:
    typed = _typed(form)["capacity"]
    if not typed:
        return None
    if not typed.isdecimal() or int(typed) > _MOST:
        raise InvalidInput.of("capacity", phrase("Give a whole number, or nothing."))
    return int(typed)


ROUTES: Final = (
    Route("GET", _PAGE, show, MANAGE),
    Route("POST", _PAGE, enter, MANAGE),
    Route("POST", f"{_PAGE}/look", look, MANAGE),
)
SLOTS: Final = (
    Slot("tenants.servers.list", "tenants/server_add_way.html", above_the_list, MANAGE),
)
