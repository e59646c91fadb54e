"""The page on which an operator says what an organization's package includes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from core.db.session import binding
from core.declare import Route, Slot
from core.errors import NotFound
from core.i18n import phrase
from core.kernel import Kernel
from core.shop import Listing
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request
from tenants.models import Organization
from tenants.permissions import MANAGE, SEE
from tenants.selling import packages

_ORGANIZATIONS: Final = "/tenants/organizations"


def beside_the_organization(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What its package includes."""
    organization = given["record"]
    if organization is None or organization.sample_of is not None:
        return None
    titles = {listing.name: listing.title for listing in _listings(session)}
    allowed = organization.allowed_addons
    return {
        "granted": None if allowed is None else [titles.get(name, name) for name in allowed],
        "url": f"{_ORGANIZATIONS}/{organization.id}/package",
    }


def show_package(session: Session, request: Request) -> Reply:
    """The addons of this deployment, those of the package chosen."""
    organization = _organization(session, request)
    allowed = organization.allowed_addons
    listed = _listings(session)
    context = {
        "organization": organization,
        "free": [listing for listing in listed if listing.free],
        "offered": [listing for listing in listed if not listing.free],
        "allowed": allowed,
        "gone": sorted(set(allowed or ()) - {listing.name for listing in listed}),
        "url": f"{_ORGANIZATIONS}/{organization.id}/package",
        "back": f"{_ORGANIZATIONS}/{organization.id}",
    }
    return Page("tenants/package.html", context)


def save_package(session: Session, request: Request) -> Reply:
    """Grant what was chosen; it counts within a second."""
    organization = _organization(session, request)
    everything = request.form.get("which") == "all"
    names = None if everything else request.form.getlist("addons")
    packages.set_package(session, organization, names, addons=_kernel(session).catalog.addons)
    message = phrase("The package of {organization} was saved.", organization=organization.title)
    return Redirect(f"{_ORGANIZATIONS}/{organization.id}", message=message)


def _organization(session: Session, request: Request) -> Organization:
    found = session.get(Organization, request.path_params["id"])
    if found is None or found.sample_of is not None:
        raise NotFound(phrase("There is no such organization."))
    return found


def _listings(session: Session) -> list[Listing]:
    """What is in the deployment, by title."""
    kernel = _kernel(session)
    return [each for each in kernel.shop.listings(kernel).by_name.values() if each.installed]


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]


ROUTES: Final = (
    Route("GET", "/organizations/{id}/package", show_package, MANAGE),
    Route("POST", "/organizations/{id}/package", save_package, MANAGE),
)
SLOTS: Final = (
    Slot("tenants.organizations.side", "tenants/package_side.html", beside_the_organization, SEE),
)
