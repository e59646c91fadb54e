"""The same for programs: `/api/v1/core/domains`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from sqlalchemy.orm import Session

from core.db.session import binding
from core.declare import ApiCall, Permission, Route
from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.kernel import Kernel
from core.tenancy import hosts
from core.web.replies import Json, Reply
from core.web.request import Request

DOMAINS: Final = "/api/v1/core/domains"
_TEXT: Final = {"type": "string"}
_MOMENT: Final = {"type": ["string", "null"], "format": "date-time"}
_DOMAIN: Final = {
    "type": "object",
    "required": ["host", "proved", "token", "record", "file", "problem"],
    "properties": {
        "host": _TEXT,
        "proved": {"type": "boolean", "description": "Whether the company is served there."},
        "token": {**_TEXT, "description": "What the record or the file says."},
        "record": {**_TEXT, "description": "Name of the TXT record."},
        "file": {**_TEXT, "description": "Address of the file."},
        "problem": {**_TEXT, "description": "What was found instead of the token."},
        "checked_at": _MOMENT,
        "given_up_at": {**_MOMENT, "description": "When it is served no more, its proof gone."},
    },
}
_DOMAINS: Final = {
    "type": "object",
    "required": ["items"],
    "properties": {"items": {"type": "array", "items": _DOMAIN}},
}
_CLAIM: Final = {"type": "object", "required": ["host"], "properties": {"host": _TEXT}}


def list_domains(session: Session, request: Request) -> Reply:
    """Those that are served, and those that wait for their proof."""
    return Json(_all(session, request))


def claim(session: Session, request: Request) -> Reply:
    """Say that one is the company's own; the answer says how to prove it."""
    wish = request.json()
    host = wish.get("host") if isinstance(wish, dict) else None
    if not isinstance(host, str) or not host.strip():
        raise InvalidInput.of("host", phrase("Give the domain."))
    kernel = _kernel(session)
    kernel.domains.claim(kernel, request.tenant, host.strip(), _author(session))
    return Json(_one(session, request, hosts.normalize(host)), status=201)


def check(session: Session, request: Request) -> Reply:
    """Look for the proof now; `proved` says whether it is there."""
    kernel, host = _kernel(session), request.path_params["host"]
    kernel.domains.check(kernel, request.tenant, host, _author(session))
    return Json(_one(session, request, host))


def remove(session: Session, request: Request) -> Reply:
    """Be found there no longer; the answer has what is left."""
    kernel, host = _kernel(session), request.path_params["host"]
    kernel.domains.drop(kernel, request.tenant, host, _author(session))
    return Json(_all(session, request))


def routes(permission: Permission) -> tuple[Route, ...]:
    """The calls, for those who hold the permission."""
    return (
        Route(
            "GET",
            DOMAINS,
            list_domains,
            permission,
            api=ApiCall("domains", "List domains of the company's own", answer=_DOMAINS),
        ),
        Route(
            "POST",
            DOMAINS,
            claim,
            permission,
            api=ApiCall(
                "claim_domain",
                "Say that a domain is the company's own",
                sent=_CLAIM,
                answer=_DOMAIN,
                status=201,
                problems=("409", "422"),
            ),
        ),
        Route(
            "POST",
            f"{DOMAINS}/{{host}}/check",
            check,
            permission,
            api=ApiCall(
                "check_domain",
                "Look whether a domain is proved",
                answer=_DOMAIN,
                problems=("404", "409"),
            ),
        ),
        Route(
            "DELETE",
            f"{DOMAINS}/{{host}}",
            remove,
            permission,
            api=ApiCall("remove_domain", "Give a domain up", answer=_DOMAINS, problems=("404",)),
        ),
    )


def _all(session: Session, request: Request) -> dict[str, Any]:
    kernel = _kernel(session)
    return {"items": [asdict(each) for each in kernel.domains.of(kernel, request.tenant)]}


def _one(session: Session, request: Request, host: str) -> dict[str, Any]:
    for each in _all(session, request)["items"]:
        if each["host"] == host.lower():
            return each
    raise NotFound(phrase("{host} is none of your domains.", host=host))


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]


def _author(session: Session) -> str:
    return binding(session).author.label
