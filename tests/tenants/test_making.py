"""The operator's and a reseller's people have a company made for somebody else: on a page and by a
call, within what they may give, once, and with nobody's password in anybody's sight."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from addon_registry import keys
from core.auth.users import ADMIN_ROLE
from core.db.base import utc_now
from core.errors import NotFound
from core.jobs.queue import enqueue
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import organizations
from tenants.branding import brands
from tenants.branding.models import KeptBrand
from tenants.control import control
from tenants.licensing import keys as licence_keys
from tenants.licensing.models import OrganizationLicence
from tenants.life import steps
from tenants.models import Organization, Reseller
from tenants.permissions import ONLOOKER
from tenants.provisioning.remove import remove
from tenants.selling import grants
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.auth.mail_server import MailServer
from tests.contacts import conftest
from tests.tenants.sellers import Seller, add_offer, seller

WISH = {
    "title": "Nour Trading",
    "slug": "nour",
    "name": "Nour",
    "email": "nour@nour.example",
    "locale": "ar",
    "timezone": "Asia/Riyadh",
    "which": "these",
    "addons": "contacts",
}
post_office = conftest.post_office


@pytest.fixture
def operator(kernel: Kernel, transport: AppTransport) -> Iterator[httpx.Client]:
    with open_browser(transport, "app.localhost") as browser:
        sign_in(kernel, control(kernel), browser, [ADMIN_ROLE])
        yield browser
    clear_away(kernel, "nour", "nour-by-call")


@pytest.fixture
def ours(kernel: Kernel, transport: AppTransport) -> Iterator[Seller]:
    """A reseller that may sell accounting, and sign licences of it."""
    with seller(kernel, transport) as found:
        with kernel.session(control(kernel)) as session:
            licence_keys.hold(session, kernel.secrets, "Vendor of makers", keys.generate())
            row = session.get_one(Reseller, found.id)
            add_offer(session, row, "accounting")
            grants.certify(
                session,
                kernel.secrets,
                row,
                addons=["accounting"],
                max_seats=None,
                until=utc_now() + timedelta(days=36_500),
            )
            look = {"name": "Delta", "reseller_id": found.id, "domain": "books.delta.example"}
            brand = brands.create(session, look, base=kernel.config.base_domain)
        yield found
    clear_away(kernel, "noor")
    with kernel.session(control(kernel)) as session:
        brands.remove(session, session.get_one(KeptBrand, brand.id))


def clear_away(kernel: Kernel, *slugs: str) -> None:
    for slug in slugs:
        try:
            with kernel.session(control(kernel), readonly=True) as session:
                made = organizations.find(session, slug)
        except NotFound:
            continue
        remove(kernel, made, made.server)


def made(kernel: Kernel, slug: str) -> Tenant:
    """The company, once a worker has made it and sent its mail."""
    work_off(kernel, control(kernel))
    tenant = kernel.directory.find_slug(slug)
    assert tenant is not None
    work_off(kernel, tenant)
    return tenant


def test_an_operator_has_a_company_made_and_its_administrator_is_invited(
    kernel: Kernel, transport: AppTransport, operator: httpx.Client, post_office: MailServer
) -> None:
    assert "New organization" in operator.get("/tenants/organizations").text
    page = operator.get("/tenants/organizations/new").text
    token = re.search(r'name="_token" value="([^"]+)"', page)
    assert token
    wish = {**WISH, "_token": token[1]}
    wrong = {
        **wish,
        "slug": "A",
        "email": "nobody",
        "name": "",
        "timezone": "Mars/Olympus",
        "region": "Atlantis",
        "reseller": "nobody",
        "addons": "nonsense",
    }
    refused = operator.post("/tenants/organizations/new", data=wrong)
    assert refused.status_code == 422
    for words in (
        *("cannot be a slug", "not an e-mail address", "Give a name of at most"),
        *("There is no time zone", "No database server takes it", "no such reseller"),
        "There is no addon nonsense",
    ):
        assert words in refused.text, words
    begun = [operator.post("/tenants/organizations/new", data=wish) for _ in range(2)]
    assert [each.status_code for each in begun] == [303, 303], "a double click makes one"
    assert begun[0].headers["location"] == begun[1].headers["location"]
    assert "Make nour" in operator.get(begun[0].headers["location"]).text

    tenant = made(kernel, "nour")
    with kernel.session(control(kernel)) as session:
        row = organizations.find(session, "nour")
        assert (row.addons, row.allowed_addons) == (["contacts"], ["contacts"])
        first = {"name": "Nour", "email": WISH["email"]}
        enqueue(session, steps.MAKE, organization_id=row.id, first=first)
    made(kernel, "nour")
    assert post_office.recipients == [WISH["email"]], "a job that runs twice invites once"
    link = re.search(
        r"http://nour\.localhost:\d+(/reset\?token=(\S+))",
        post_office.messages[-1].get_content(),
    )
    assert link
    with open_browser(transport, "nour.localhost") as owner:
        assert owner.get(link[1]).status_code == 200
        chosen = {"token": link[2], "password": "a lamp beside the sea"}
        assert owner.post("/reset", data=chosen).status_code == 303
        known = {"email": WISH["email"], "password": "a lamp beside the sea"}
        assert owner.post("/login", data=known).status_code == 303
        assert owner.get("/core/users").status_code == 200
    assert (tenant.locale, tenant.timezone) == ("ar", "Asia/Riyadh")
    taken = operator.post("/tenants/organizations/new", data=WISH)
    assert (taken.status_code, "is taken" in taken.text) == (422, True)


def test_a_program_has_one_made_once_and_is_told_what_is_wrong(
    kernel: Kernel, transport: AppTransport, operator: httpx.Client, post_office: MailServer
) -> None:
    api = "/api/v1/tenants/organizations"
    wish = {name: WISH[name] for name in ("title", "name", "email", "locale")}
    once = {"Idempotency-Key": "make-nour"}
    sent = {**wish, "slug": "nour-by-call", "addons": ["contacts"]}
    answers = [operator.post(api, json=sent, headers=once) for _ in range(2)]
    assert [each.status_code for each in answers] == [202, 202], answers[0].text
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["status"] == "creating"
    refused = operator.post(api, json={"slug": 7, "colour": "red", "addons": "contacts"})
    assert refused.status_code == 422
    assert {each["field"] for each in refused.json()["errors"]} == {"slug", "colour", "addons"}
    assert operator.post(api, json=[]).status_code == 422
    assert made(kernel, "nour-by-call").title == WISH["title"]
    assert post_office.recipients == [WISH["email"]]
    with open_browser(transport, "app.localhost") as onlooker:
        sign_in(kernel, control(kernel), onlooker, [ONLOOKER.code])
        assert onlooker.get("/tenants/organizations/new").status_code == 403
        assert onlooker.post(api, json=sent).status_code == 403


def test_a_reseller_gives_what_it_sells_to_a_customer_of_its_own(
    kernel: Kernel, transport: AppTransport, ours: Seller, post_office: MailServer
) -> None:
    browser, page = ours.browser, "/tenants/customers/new"
    assert "New customer" in browser.get("/tenants/customers").text
    assert "Database server" not in browser.get(page).text
    wish = {**WISH, "slug": "noor", "until": "2080-01-31"}
    strange = browser.post(page, data={**wish, "addons": "vat"})
    assert (strange.status_code, "may not sell vat" in strange.text) == (422, True)
    lacking = browser.post(page, data={**wish, "addons": "accounting", "until": ""})
    assert (lacking.status_code, "give the last day" in lacking.text) == (422, True)
    begun = browser.post(page, data={**wish, "addons": "accounting"})
    assert begun.status_code == 303, begun.text
    at = begun.headers["location"]
    assert "It is being made" in browser.get(at).text
    made(kernel, "noor")
    assert "It is ready" in browser.get(f"{at}/making").text
    assert "It is being made" not in browser.get(at).text
    with kernel.session(control(kernel), readonly=True) as session:
        row = session.scalars(select(Organization).where(Organization.slug == "noor")).one()
        assert (row.reseller_id, row.allowed_addons) == (ours.id, [])
        [licence] = session.scalars(
            select(OrganizationLicence).where(OrganizationLicence.organization_id == row.id)
        )
        assert licence.addons == ["accounting"]
    assert post_office.recipients == [WISH["email"]]
    mailed = post_office.messages[-1].get_content()
    assert "https://noor.books.delta.example/reset?token=" in mailed, "under the reseller's name"
    with seller(kernel, transport) as theirs:
        assert theirs.browser.get(f"{at}/making").status_code == 404
    sent = {name: wish[name] for name in ("title", "name", "email")}
    asked = {**sent, "slug": "noor-2", "reseller": "somebody", "server": "first"}
    refused = browser.post("/api/v1/tenants/customers", json=asked)
    assert refused.status_code == 422
    assert browser.post("/api/v1/tenants/organizations", json=sent).status_code == 403


def test_without_a_mail_server_nobody_is_made_to_wait_for_a_mail(
    kernel: Kernel, operator: httpx.Client
) -> None:
    assert "Mail is not set up here yet" in operator.get("/tenants/organizations/new").text
    refused = operator.post("/tenants/organizations/new", data=WISH)
    assert (refused.status_code, "nobody can be invited" in refused.text) == (409, True)
    with kernel.session(control(kernel), readonly=True) as session:
        assert session.scalar(select(Organization.id).where(Organization.slug == "nour")) is None
