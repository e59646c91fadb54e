"""The pages and calls on which operators move organizations and look after database servers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.db.session import binding
from core.declare import ApiCall, Route, Slot
from core.errors import AppError, InvalidInput, NeedsConfirmation, NotFound
from core.i18n import phrase
from core.kernel import Kernel
from core.web.replies import Fragment, Json, Page, Redirect, Reply
from core.web.request import Request
from core.web.resources.savepoint import attempt
from tenants.fleet import checking, registering
from tenants.life import steps as life_steps
from tenants.models import DatabaseServer, Organization
from tenants.move_models import Move
from tenants.moving import arriving, steps
from tenants.permissions import MANAGE, SEE
from tenants.placement import rule

_PAGE: Final = "/organizations/{id}/server"
_API: Final = "/api/v1/tenants/organizations/{id}/server"
_SERVERS: Final = "/tenants/servers"
_SHOWN: Final = 5


def show(session: Session, request: Request) -> Reply:
    """Where it lies, where it could, and how far a move is."""
    return _page(session, _organization(session, request))


def show_progress(session: Session, request: Request) -> Reply:
    """How far it is; asks again by itself."""
    organization = _organization(session, request)
    return Fragment("tenants/move_progress.html", _progress(session, organization))


def begin(session: Session, request: Request) -> Reply:
    """Have it moved to the server that was chosen."""
    organization = life_steps.locked(session, request.path_params["id"])
    confirmed = bool(request.form.get("confirmed"))

    def start() -> Move:
        target = registering.find(session, request.form.get("server", ""))
        return steps.begin_later(session, organization, target, confirmed=confirmed)

    try:
        attempt(session, start)
    except AppError as error:
        return _page(session, organization, error, request.form.get("server", ""))
    return Redirect(_address(organization), message=phrase("It is being moved."))


def cancel(session: Session, request: Request) -> Reply:
    """Leave it where it is."""
    organization = life_steps.locked(session, request.path_params["id"])
    steps.cancel(session, _under_way(session, organization))
    return Redirect(_address(organization), message=phrase("It stays where it is."))


def forget(session: Session, request: Request) -> Reply:
    """Drop the old database of a move before its time."""
    organization, kernel = _organization(session, request), binding(session).context["kernel"]
    move = session.get(Move, request.path_params["move"])
    if move is None or move.organization_id != organization.id:
        raise NotFound(phrase("There is no such move."))
    arriving.forget(kernel, session, move.id)
    return Redirect(_address(organization), message=phrase("The old database is gone."))


def call_show(session: Session, request: Request) -> Reply:
    """How far the last move is, for a program."""
    return Json(_standing(session, _organization(session, request)))


def call_begin(session: Session, request: Request) -> Reply:
    """The same for a program."""
    wish = request.json() if request.body else {}
    if not isinstance(wish, dict) or not isinstance(wish.get("server"), str):
        raise InvalidInput.of("server", phrase("Name the server."))
    organization = life_steps.locked(session, request.path_params["id"])
    target = registering.find(session, wish["server"])
    steps.begin_later(session, organization, target, confirmed=bool(wish.get("read_only")))
    return Json(_standing(session, organization), status=202)


def call_cancel(session: Session, request: Request) -> Reply:
    """The same for a program."""
    organization = life_steps.locked(session, request.path_params["id"])
    steps.cancel(session, _under_way(session, organization))
    return Json(_standing(session, organization), status=202)


def change_server(session: Session, request: Request) -> Reply:
    """Look at a server, open or close it, or have it emptied."""
    server = session.get(DatabaseServer, int(request.path_params["id"]))
    step = _STEPS.get(request.path_params["step"])
    if server is None or step is None:
        raise NotFound(phrase("There is no such database server."))
    return Redirect(f"{_SERVERS}/{server.id}", message=step(session, server))


def beside_the_server(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """How it fares, and what can be done with it."""
    server = given["record"]
    if server is None:
        return None
    found = next(each for each in rule.standings(session) if each.server.id == server.id)
    return {"server": server, "standing": found, "url": f"{_SERVERS}/{server.id}/do"}


def beside_the_organization(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """On which server it is, and the way to another."""
    organization = given["record"]
    if organization is None or organization.sample_of is not None:
        return None
    return {"url": _address(organization), **_progress(session, organization)}


def _check(session: Session, server: DatabaseServer) -> str:
    kernel: Kernel = binding(session).context["kernel"]
    problems = checking.check(session, kernel.secrets, name=server.name)
    return problems.get(server.name) or phrase("It is there, and works.")


def _open(session: Session, server: DatabaseServer) -> str:
    registering.set_status(session, server, "active")
    return phrase("New organizations are put there.")


def _close(session: Session, server: DatabaseServer) -> str:
    registering.set_status(session, server, "closed")
    return phrase("No new organization is put there.")


def _drain(session: Session, server: DatabaseServer) -> str:
    begun = len(steps.drain(session, server, confirmed=False))
    return phrase("{count} organizations are being moved away.", count=begun)


_STEPS: Final[Mapping[str, Callable[[Session, DatabaseServer], str]]] = {
    "check": _check,
    "open": _open,
    "close": _close,
    "drain": _drain,
}


def _page(
    session: Session,
    organization: Organization,
    refused: AppError | None = None,
    chosen: str = "",
) -> Reply:
    others = [each for each in rule.standings(session) if each.server.id != organization.server_id]
    context = {
        "refused": refused,
        "ask": isinstance(refused, NeedsConfirmation),
        "chosen": chosen,
        "others": others,
        "back": f"/tenants/organizations/{organization.id}",
        **_progress(session, organization),
    }
    return Page("tenants/move.html", context, status=200 if refused is None else refused.status)


def _progress(session: Session, organization: Organization) -> dict[str, Any]:
    mine = select(Move).where(Move.organization_id == organization.id)
    last = mine.options(joinedload(Move.from_server), joinedload(Move.to_server))
    found = session.scalars(last.order_by(Move.begun_at.desc()).limit(_SHOWN)).all()
    return {
        "organization": organization,
        "moves": found,
        "busy": any(each.phase in Move.UNDER_WAY for each in found),
        "url": _address(organization),
    }


def _standing(session: Session, organization: Organization) -> dict[str, Any]:
    found = _progress(session, organization)["moves"]
    last = found[0] if found else None
    return {
        "id": organization.id,
        "slug": organization.slug,
        "server": organization.server.name,
        "move": None
        if last is None
        else {
            "id": last.id,
            "to": last.to_server.name,
            "method": last.method,
            "phase": last.phase,
            "progress": last.fraction,
            "note": last.note,
            "problem": last.problem,
            "readonly_seconds": last.readonly_seconds,
        },
    }


def _under_way(session: Session, organization: Organization) -> Move:
    found = steps.under_way(session, organization.id)
    if found is None:
        raise NotFound(phrase("It is not being moved."))
    return found


def _organization(session: Session, request: Request) -> Organization:
    found = session.get(Organization, request.path_params["id"])
    if found is None or found.sample_of is not None:
        raise NotFound(phrase("There is no such organization."))
    return found


def _address(organization: Organization) -> str:
    return f"/tenants/organizations/{organization.id}/server"


_TEXT: Final = {"type": "string"}
_WISH: Final = {
    "type": "object",
    "required": ["server"],
    "properties": {"server": _TEXT, "read_only": {"type": "boolean"}},
}
_ANSWER: Final = {
    "type": "object",
    "required": ["id", "slug", "server", "move"],
    "properties": {
        "id": _TEXT,
        "slug": _TEXT,
        "server": _TEXT,
        "move": {"type": ["object", "null"]},
    },
}
ROUTES: Final = (
    Route("GET", _PAGE, show, MANAGE),
    Route("GET", f"{_PAGE}/progress", show_progress, MANAGE),
    Route("POST", _PAGE, begin, MANAGE),
    Route("POST", f"{_PAGE}/cancel", cancel, MANAGE),
    Route("POST", f"{_PAGE}/moves/{{move}}/forget", forget, MANAGE),
    Route("POST", "/servers/{id:int}/do/{step}", change_server, MANAGE),
    Route(
        "GET",
        _API,
        call_show,
        SEE,
        api=ApiCall("move", "Ask on which server an organization is", answer=_ANSWER),
    ),
    Route(
        "POST",
        _API,
        call_begin,
        MANAGE,
        api=ApiCall(
            "begin_move",
            "Move an organization to another database server",
            sent=_WISH,
            answer=_ANSWER,
            status=202,
            problems=("404", "409"),
        ),
    ),
    Route(
        "POST",
        f"{_API}/cancel",
        call_cancel,
        MANAGE,
        api=ApiCall(
            "cancel_move",
            "Leave an organization on the server it is on",
            answer=_ANSWER,
            status=202,
            problems=("404", "409"),
        ),
    ),
)
SLOTS: Final = (
    Slot("tenants.organizations.side", "tenants/move_side.html", beside_the_organization, MANAGE),
    Slot("tenants.servers.side", "tenants/server_side.html", beside_the_server, MANAGE),
)
