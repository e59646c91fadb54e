"""The pages and calls by which an operator, or a reseller's people, have a company made for
somebody else: what it is called, where it lies, what it begins with, and who is invited to look
after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db.base import utc_now
from core.db.session import binding
from core.declare import ApiCall, Permission, Route, Slot
from core.errors import AppError
from core.i18n import LOCALES, phrase
from core.jobs.models import Job
from core.jobs.progress import Progress, progress_of
from core.kernel import Kernel
from core.mail.outgoing import can_send
from core.web.replies import Fragment, Json, Page, Redirect, Reply
from core.web.request import Request
from core.web.resources import form_once
from core.web.resources.savepoint import attempt
from tenants.life import steps
from tenants.making import given as giving
from tenants.making import making, reading
from tenants.making.given import Given
from tenants.making.reading import Asked
from tenants.models import DatabaseServer, Organization, Reseller
from tenants.permissions import MANAGE, MANAGE_CUSTOMERS, SEE_CUSTOMERS
from tenants.selling.customer_pages import find_customer
from tenants.selling.models import Offer
from tenants.time_zones import named_zones

_YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where companies are asked for, and what may be asked for there. Below `url` is the list of
    those that were made; `made` is where one of them is shown."""

    url: str
    made: str
    permission: Permission
    read: Callable[[Session, Given], Asked]
    sells: bool = False


OPERATORS: Final = Desk(
    "/tenants/organizations", "/tenants/organizations/{id}/life", MANAGE, reading.for_operator
)
RESELLERS: Final = Desk(
    "/tenants/customers",
    "/tenants/customers/{id}",
    MANAGE_CUSTOMERS,
    reading.for_reseller,
    sells=True,
)


def show_operators(session: Session, request: Request) -> Reply:
    """The operator's form."""
    return _form(session, request, OPERATORS, _blank(request))


def show_resellers(session: Session, request: Request) -> Reply:
    """The reseller's form."""
    return _form(session, request, RESELLERS, _blank(request))


def ask_operator(session: Session, request: Request) -> Reply:
    """Have it made, or show the form again with what is wrong."""
    return _ask(session, request, OPERATORS)


def ask_reseller(session: Session, request: Request) -> Reply:
    """The same for a reseller."""
    return _ask(session, request, RESELLERS)


def call_operator(session: Session, request: Request) -> Reply:
    """The same for a program."""
    return _call(session, request, OPERATORS)


def call_reseller(session: Session, request: Request) -> Reply:
    """The same for a program of a reseller's."""
    return _call(session, request, RESELLERS)


def above_the_organizations(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The way to the operator's form."""
    return {"url": f"{OPERATORS.url}/new", "sells": False}


def above_the_customers(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The way to the reseller's form."""
    return {"url": f"{RESELLERS.url}/new", "sells": True}


def beside_the_customer(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """How far it is, as long as it is being made."""
    customer = given["record"]
    if customer is None or customer.status != "creating":
        return None
    return _standing(session, customer)


def show_progress(session: Session, request: Request) -> Reply:
    """The same as a part of the page, which asks again by itself."""
    customer = find_customer(session, request, SEE_CUSTOMERS)
    return Fragment("tenants/make_progress.html", _standing(session, customer))


def _ask(session: Session, request: Request, desk: Desk) -> Reply:
    earlier = form_once.earlier(session, request)
    if earlier is not None:
        return earlier
    given = giving.of_form(request.form)
    try:
        made = attempt(session, lambda: making.make(session, desk.read(session, given)))
    except AppError as error:
        return _form(session, request, desk, given, error)
    message = phrase(
        "{company} is being made. {email} is invited as soon as it is there.",
        company=made.title,
        email=given.email,
    )
    return form_once.keep(session, request, Redirect(desk.made.format(id=made.id), message=message))


def _call(session: Session, request: Request, desk: Desk) -> Reply:
    made = making.make(session, desk.read(session, giving.of_call(request.json())))
    return Json({"id": made.id, "slug": made.slug, "status": made.status}, status=202)


def _blank(request: Request) -> Given:
    until = (utc_now() + _YEAR).date().isoformat()
    return Given(locale=request.locale, until=until)


def _form(
    session: Session,
    request: Request,
    desk: Desk,
    typed: Given,
    error: AppError | None = None,
) -> Page:
    kernel: Kernel = binding(session).context["kernel"]
    known = {*giving.TEXTS, "addons"} - ({"server"} if desk.sells else set())
    named = {problem.field for problem in error.problems} & known if error else set()
    context = {
        **(_of_seller(session) if desk.sells else _of_operator(session)),
        "sells": desk.sells,
        "typed": asdict(typed),
        "error": error if named else None,
        # What names no field of this form is said above it.
        "refused": None if named else error,
        "can_send": can_send(session),
        "languages": LOCALES,
        "zones": named_zones(),
        "base_domain": kernel.config.base_domain,
        "token_field": form_once.TOKEN_FIELD,
        "token": form_once.token_of(request),
        "url": f"{desk.url}/new",
        "back": desk.url,
    }
    return Page("tenants/make.html", context, status=200 if error is None else error.status)


def _of_operator(session: Session) -> dict[str, Any]:
    """What an operator chooses from."""
    taking = session.scalars(
        select(DatabaseServer).where(DatabaseServer.status == "active").order_by(DatabaseServer.id)
    ).all()
    sellers = select(Reseller).where(Reseller.status == "active").order_by(Reseller.title)
    return {
        "servers": [(each.name, each.name) for each in taking],
        "regions": _named({each.region for each in taking}),
        "resellers": [(each.slug, each.title) for each in session.scalars(sellers)],
        "offered": [(each.name, each.title) for each in reading.listings(session)],
    }


def _of_seller(session: Session) -> dict[str, Any]:
    """What a reseller's people choose from."""
    sellers = reading.sellers(session)
    sold = select(Offer.addon, Offer.title).where(Offer.reseller_id.in_([s.id for s in sellers]))
    taking = select(DatabaseServer.region).where(DatabaseServer.status == "active")
    return {
        "servers": [],
        "regions": _named(set(session.scalars(taking))),
        "resellers": [(each.slug, each.title) for each in sellers],
        "offered": sorted({(addon, title) for addon, title in session.execute(sold)}),
    }


def _named(regions: set[str]) -> list[tuple[str, str]]:
    return [(each, each) for each in sorted(regions) if each]


def _standing(session: Session, customer: Organization) -> dict[str, Any]:
    return {
        "organization": customer,
        "job": _job_of(session, customer),
        "url": f"{RESELLERS.url}/{customer.id}",
    }


def _job_of(session: Session, customer: Organization) -> Progress | None:
    """The job that makes it, as long as it is remembered."""
    mine = Job.arguments["organization_id"].astext == customer.id
    asked = select(Job.id).where(Job.name == steps.MAKE, mine).order_by(Job.id.desc())
    job_id = session.scalar(asked.limit(1))
    return None if job_id is None else progress_of(session, job_id)


_TEXT: Final = {"type": "string"}
_WISH: Final = {
    "type": "object",
    "required": ["title", "slug", "name", "email"],
    "additionalProperties": False,
    "properties": {
        **dict.fromkeys(giving.TEXTS, _TEXT),
        "addons": {"type": ["array", "null"], "items": _TEXT},
    },
}
_MADE: Final = {
    "type": "object",
    "required": ["id", "slug", "status"],
    "properties": {"id": _TEXT, "slug": _TEXT, "status": _TEXT},
}
_API: Final = "/api/v1"


def _described(name: str, summary: str) -> ApiCall:
    return ApiCall(name, summary, sent=_WISH, answer=_MADE, status=202, problems=("409", "422"))


ROUTES: Final = (
    Route("GET", "/organizations/new", show_operators, MANAGE),
    Route("POST", "/organizations/new", ask_operator, MANAGE),
    Route("GET", "/customers/new", show_resellers, MANAGE_CUSTOMERS),
    Route("POST", "/customers/new", ask_reseller, MANAGE_CUSTOMERS),
    Route("GET", "/customers/{id}/making", show_progress, SEE_CUSTOMERS),
    Route(
        "POST",
        f"{_API}{OPERATORS.url}",
        call_operator,
        MANAGE,
        api=_described("make_organization", "Have an organization made, and invite somebody"),
    ),
    Route(
        "POST",
        f"{_API}{RESELLERS.url}",
        call_reseller,
        MANAGE_CUSTOMERS,
        api=_described("make_customer", "Have a customer's organization made"),
    ),
)
SLOTS: Final = (
    Slot("tenants.organizations.list", "tenants/make_way.html", above_the_organizations, MANAGE),
    Slot("tenants.customers.list", "tenants/make_way.html", above_the_customers, MANAGE_CUSTOMERS),
    Slot(
        "tenants.customers.side",
        "tenants/make_progress.html",
        beside_the_customer,
        SEE_CUSTOMERS,
        order=10,
    ),
)
