"""What stands beside a customer, and the page on which their seller gives them a licence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.rules import apply_rules, check_record
from core.db.base import utc_now
from core.db.session import binding
from core.declare import Permission, Route, Slot
from core.errors import AppError, InvalidInput, NotFound
from core.i18n import phrase
from core.kernel import Kernel
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request
from core.web.resources.savepoint import attempt
from tenants.licensing import licences
from tenants.licensing.models import OrganizationLicence
from tenants.models import CustomerReport, Organization
from tenants.permissions import MANAGE_CUSTOMERS, SEE_CUSTOMERS
from tenants.selling import grants
from tenants.selling.grants import Grant
from tenants.selling.models import AddonRequest, Offer
from tenants.selling.reseller_views import CUSTOMERS

CUSTOMER: Final = "/tenants/customers"
_YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Line:
    """A licence as its seller reads it. `tone` colours the word for how it stands."""

    addons: str
    licence: OrganizationLicence
    state: str
    tone: str = ""


def beside_the_customer(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Licences with their ends, what is switched on, who works there, and what was asked for."""
    customer = given["record"]
    if customer is None:
        return None
    titles = _titles(session)
    report = session.get(CustomerReport, customer.id)
    asked = select(AddonRequest).where(
        AddonRequest.organization_id == customer.id, AddonRequest.status == "open"
    )
    now = utc_now()
    return {
        "customer": customer,
        "lines": [
            _line(each, titles, now) for each in licences.of_organization(session, customer.id)
        ],
        "report": report,
        "on": [(titles.get(n, n), seats) for n, seats in (report.addons if report else {}).items()],
        "asked": session.scalars(asked.order_by(AddonRequest.id)).all(),
        "may_grant": check_record(session, CUSTOMERS, MANAGE_CUSTOMERS, customer),
    }


def show_grant(session: Session, request: Request) -> Reply:
    """The form of a licence, with what was asked for chosen already."""
    customer = find_customer(session, request, MANAGE_CUSTOMERS)
    asked = select(AddonRequest.addon).where(
        AddonRequest.organization_id == customer.id, AddonRequest.status == "open"
    )
    chosen = {*session.scalars(asked), *request.query.getlist("addon")}
    until = (utc_now() + _YEAR).date().isoformat()
    return _form(session, customer, {"addons": chosen, "until": until, "grace_days": "14"})


def take_grant(session: Session, request: Request) -> Reply:
    """Issue the licence, or show the form again with what is wrong."""
    customer = find_customer(session, request, MANAGE_CUSTOMERS)
    form = request.form
    typed = {
        "addons": set(form.getlist("addons")),
        "until": form.get("until", ""),
        "seats": form.get("seats", ""),
        "grace_days": form.get("grace_days", ""),
        "trial": "trial" in form,
    }
    kernel = _kernel(session)
    try:
        given = read_grant(typed, customer.timezone)
        attempt(session, lambda: grants.grant(session, kernel.secrets, customer, given))
    except AppError as error:
        return _form(session, customer, typed, error)
    message = phrase("{customer} was given a licence.", customer=customer.title)
    return Redirect(f"{CUSTOMER}/{customer.id}", message=message)


def read_grant(typed: Mapping[str, Any], timezone: str) -> Grant:
    """What the form says; raises InvalidInput naming the field."""
    until = _day(typed["until"])
    # To the end of that day, where the customer is.
    end = datetime.combine(until + timedelta(days=1), time(), ZoneInfo(timezone)).astimezone(UTC)
    return Grant(
        addons=tuple(sorted(typed["addons"])),
        until=end,
        seats=_count("seats", typed["seats"]) if typed["seats"].strip() else None,
        grace_days=_count("grace_days", typed["grace_days"] or "0"),
        trial=typed["trial"],
    )


def find_customer(session: Session, request: Request, permission: Permission) -> Organization:
    """The customer that the address names, where the actor's permission reaches them; raises
    NotFound."""
    theirs = select(Organization).where(Organization.id == request.path_params["id"])
    found = session.scalar(apply_rules(session, theirs, CUSTOMERS, permission))
    if found is None:
        raise NotFound(phrase("There is no such customer."))
    return found


def _form(
    session: Session,
    customer: Organization,
    typed: Mapping[str, Any],
    error: AppError | None = None,
) -> Page:
    problems = {problem.field: problem.message for problem in error.problems} if error else {}
    known = {"addons", "until", "seats", "grace_days"}
    context = {
        "customer": customer,
        "typed": typed,
        "offered": _offered(session, customer),
        "problems": problems,
        # What names no field of this form is said above it.
        "refused": error if error is not None and not known & problems.keys() else None,
        "url": f"{CUSTOMER}/{customer.id}/licence",
        "back": f"{CUSTOMER}/{customer.id}",
    }
    return Page("tenants/grant.html", context, status=error.status if error else 200)


def _offered(session: Session, customer: Organization) -> list[tuple[str, str]]:
    """Name and title of what the customer's seller may license, by title."""
    if customer.reseller_id is not None:
        sold = select(Offer.addon, Offer.title).where(Offer.reseller_id == customer.reseller_id)
        return [(name, title) for name, title in session.execute(sold.order_by(Offer.title))]
    kernel = _kernel(session)
    listings = kernel.shop.listings(kernel).by_name.values()
    return [(each.name, each.title) for each in listings if each.installed and not each.free]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput.of("until", phrase("Please give the last day.")) from None


def _count(field: str, text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise InvalidInput.of(field, phrase("Give a whole number."))
    return int(text)


def _line(each: OrganizationLicence, titles: Mapping[str, str], now: datetime) -> Line:
    addons = ", ".join(titles.get(name, name) for name in each.addons)
    if each.revoked_at is not None:
        return Line(addons, each, "revoked", "bad")
    if each.replaced_by is not None:
        return Line(addons, each, "renewed")
    if each.until is not None and each.until <= now:
        over = each.until + timedelta(days=each.grace_days) <= now
        return Line(addons, each, "over" if over else "grace", "bad" if over else "warning")
    if each.starts_at > now:
        return Line(addons, each, "to_come")
    return Line(addons, each, "trial" if each.trial else "holds", "good")


def _titles(session: Session) -> dict[str, str]:
    kernel = _kernel(session)
    listings = kernel.shop.listings(kernel).by_name
    return {name: listing.title for name, listing in listings.items()}


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]


ROUTES: Final = (
    Route("GET", "/customers/{id}/licence", show_grant, MANAGE_CUSTOMERS),
    Route("POST", "/customers/{id}/licence", take_grant, MANAGE_CUSTOMERS),
)
SLOTS: Final = (
    Slot(
        "tenants.customers.side",
        "tenants/customer_side.html",
        beside_the_customer,
        SEE_CUSTOMERS,
    ),
)
