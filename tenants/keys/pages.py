"""The call and the button that change an organization's database credentials."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.declare import ApiCall, Route
from core.errors import Conflict, NotFound
from core.i18n import phrase
from core.web.replies import Json, Redirect, Reply
from core.web.request import Request
from tenants.keys import jobs
from tenants.models import Organization
from tenants.permissions import MANAGE
from tenants.source import SERVED

_ANSWER: Final = {
    "type": "object",
    "required": ["id", "credentials_at"],
    "properties": {
        "id": {"type": "string"},
        "credentials_at": {
            "type": "string",
            "format": "date-time",
            "description": "Since when it has those that are changed now.",
        },
    },
}


def renew(session: Session, request: Request) -> Reply:
    """Ask for new credentials, and go back to the organization."""
    organization = _asked(session, request)
    page = f"/tenants/organizations/{organization.id}/life"
    return Redirect(page, message=phrase("It is given new credentials. People can go on working."))


def call_renew(session: Session, request: Request) -> Reply:
    """The same for a program."""
    organization = _asked(session, request)
    answer = {"id": organization.id, "credentials_at": organization.credentials_at}
    return Json(answer, status=202)


def _asked(session: Session, request: Request) -> Organization:
    organization = session.get(Organization, request.path_params["id"])
    if organization is None:
        raise NotFound(phrase("There is no such organization."))
    if organization.status not in SERVED:
        raise Conflict(phrase("It has no credentials now."), fix=phrase("Restore it first."))
    jobs.ask_for_new(session, organization)
    return organization


ROUTES: Final = (
    Route("POST", "/organizations/{id}/credentials", renew, MANAGE),
    Route(
        "POST",
        "/api/v1/tenants/organizations/{id}/credentials",
        call_renew,
        MANAGE,
        api=ApiCall(
            "renew_credentials",
            "Change the database credentials of an organization while it is used",
            answer=_ANSWER,
            status=202,
            problems=("404", "409"),
        ),
    ),
)
