"""Beside an organization: asking it to be let in, and the way in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.rules import apply_rules
from core.db.session import binding
from core.declare import Route, Slot
from core.errors import AppError, NotFound
from core.guests.models import STATES
from core.i18n import phrase
from core.kernel import Kernel
from core.web.auth.browser import own_user
from core.web.guests.pages import ENTER
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request
from core.web.resources.savepoint import attempt
from core.web.sample.addresses import origin_of
from tenants.guests import asking
from tenants.models import Organization
from tenants.permissions import ASK_IN
from tenants.selling.reseller_views import CUSTOMERS

CUSTOMER: Final = "/tenants/customers"


def beside_the_organization(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The last requests, and the way to the next one."""
    organization = given["record"]
    if organization is None or organization.sample_of is not None:
        return None
    found = asking.requests_to(session, organization)[:3]
    return {"organization": organization, "found": _shown(found), "states": dict(STATES)}


def show_requests(session: Session, request: Request) -> Reply:
    """All that the organization was asked, and the form."""
    return _page(session, _organization(session, request), request)


def ask(session: Session, request: Request) -> Reply:
    """Ask the organization to be let in."""
    organization = _organization(session, request)
    typed = request.form.get("reason", "")
    try:
        attempt(
            session,
            lambda: asking.ask_in(
                session,
                _kernel(session),
                organization,
                own_user(session, request),
                reason=typed,
                wants_change=request.form.get("wants_change") == "yes",
            ),
        )
    except AppError as error:
        return _page(session, organization, request, error)
    message = phrase(
        "{title} was asked. One of its administrators decides.", title=organization.title
    )
    return Redirect(_url(organization), message=message)


def go_in(session: Session, request: Request) -> Reply:
    """A ticket, and the door that takes it."""
    organization = _organization(session, request)
    mine = asking.own_request(
        session, organization, own_user(session, request), str(request.path_params["key"])
    )
    tenant, ticket = asking.way_in(session, _kernel(session), mine)
    url = f"{origin_of(session, request, tenant)}{ENTER}?ticket={ticket}"
    if request.wants == "fragment":
        return Redirect(url)
    # Browsers let no form lead to another host, so without a script it takes one more click.
    return Page("tenants/guest_way_in.html", {"url": url, "organization": organization})


def _page(
    session: Session, organization: Organization, request: Request, error: AppError | None = None
) -> Page:
    context = {
        "organization": organization,
        "found": _shown(asking.requests_to(session, organization)),
        "states": dict(STATES),
        "me": own_user(session, request).id,
        "url": _url(organization),
        "back": f"{CUSTOMER}/{organization.id}",
        "typed": {
            "reason": request.form.get("reason", "") if error else "",
            "wants_change": error is not None and "wants_change" in request.form,
        },
        "error": error,
    }
    return Page("tenants/guest_requests.html", context, status=error.status if error else 200)


def _shown(found: list[tuple[asking.GuestRequest, str]]) -> list[tuple[Any, str, str, bool]]:
    """Each request with who asked, how it stands, and whether its asker can go in."""
    return [
        (
            request,
            name,
            "ended" if request.state == "open" and not asking.is_open(request) else request.state,
            asking.is_open(request),
        )
        for request, name in found
    ]


def _organization(session: Session, request: Request) -> Organization:
    theirs = select(Organization).where(Organization.id == request.path_params["id"])
    found = session.scalar(apply_rules(session, theirs, CUSTOMERS, ASK_IN))
    if found is None:
        raise NotFound(phrase("There is no such customer."))
    return found


def _url(organization: Organization) -> str:
    return f"{CUSTOMER}/{organization.id}/guests"


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]


ROUTES: Final = (
    Route("GET", "/customers/{id}/guests", show_requests, ASK_IN),
    Route("POST", "/customers/{id}/guests", ask, ASK_IN),
    Route("POST", "/customers/{id}/guests/{key}/enter", go_in, ASK_IN),
)
SLOTS: Final = tuple(
    Slot(place, "tenants/guest_side.html", beside_the_organization, ASK_IN)
    for place in ("tenants.customers.side", "tenants.organizations.side")
)
