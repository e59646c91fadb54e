"""A company's administrator looks at what it has and could have, tries an addon, asks for another;
its seller sees what is asked and how it stands; everybody sees what their role allows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from addon_registry import keys
from addon_registry.deployment import layout
from benchmarks.registry.made_up import made_up_registry
from core.addons import lifecycle
from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.catalogue.reporting import tell_the_seller
from tenants import organizations
from tenants.control import control
from tenants.licensing import keys as licence_keys
from tenants.licensing.models import OrganizationLicence
from tenants.models import CustomerReport, Organization, Reseller
from tenants.permissions import OPERATOR
from tenants.selling import grants, packages, resellers
from tenants.selling.models import AddonRequest
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.chrome import violations
from tests.tenants.sellers import Seller, add_offer, seller
from tests.workspace.conftest import Hire, Person, sit_down

CATALOGUE = "/settings/catalogue"
ADDONS = "/settings/addons"
PICTURE = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "addons.png"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture(scope="module")
def registry(kernel: Kernel, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Thirty addons of strangers, with a picture that is one and one that could hold a script."""
    pictures = {"board.png": _picture(), "drawing.svg": SVG}
    made_up_registry(
        tmp_path_factory.mktemp("registry"), layout.of(kernel.config.var).trust, 30, pictures
    )


def _picture() -> bytes:
    return next(path for path in sorted(PICTURE.parent.glob("*.png"))).read_bytes()


@pytest.fixture(scope="module")
def market(
    kernel: Kernel, transport: AppTransport, store: Tenant, registry: None
) -> Iterator[Seller]:
    """The store is a customer of a reseller who may license the shop, and offers it."""
    with seller(kernel, transport) as found:
        with kernel.session(control(kernel)) as session:
            reseller = session.get_one(Reseller, found.id)
            licence_keys.hold(session, kernel.secrets, "Vendor", keys.generate())
            add_offer(session, reseller, "shop", trial_days=30, pitch="With two hours of training.")
            add_offer(session, reseller, "x_addon_3")
            grants.certify(
                session,
                kernel.secrets,
                reseller,
                addons=["shop", "x_addon_3"],
                max_seats=100,
                until=utc_now() + timedelta(days=400),
            )
            company = organizations.find(session, store.slug)
            resellers.assign(session, company, reseller)
            packages.set_package(session, company, (), addons=kernel.catalog.addons)
        kernel.directory.forget(store.id)
        yield found


def _text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


def test_what_is_included_offered_and_missing_is_told_apart(market: Seller, admin: Person) -> None:
    page = _text(admin.http.get(ADDONS).text)
    assert "It is not part of the package." in page
    assert "What you could have besides" in page
    shop = _text(admin.http.get(f"{CATALOGUE}/shop").text)
    assert "50.00 SAR a month" in shop
    assert "You can try it for 30 days at no charge." in shop
    assert "With two hours of training." in shop
    assert market.title in shop
    free = _text(admin.http.get(f"{CATALOGUE}/contacts").text)
    assert "Part of the platform" in free
    assert "Switch off…" in free


def test_a_company_sees_nothing_that_nobody_offers_it(market: Seller, admin: Person) -> None:
    assert admin.http.get(f"{CATALOGUE}/x_addon_3").status_code == 200
    assert admin.http.get(f"{CATALOGUE}/x_addon_4").status_code == 404
    assert admin.http.get(f"{CATALOGUE}/x_addon_4/pictures/1").status_code == 404
    assert admin.post(f"{CATALOGUE}/x_addon_4/ask", {}).status_code == 404
    for secret in ("30.00", "margin"):
        assert secret not in _text(admin.http.get(f"{CATALOGUE}/x_addon_3").text)


def test_a_reseller_sees_cost_and_margin_of_what_they_may_sell(market: Seller) -> None:
    page = _text(market.browser.get(f"{CATALOGUE}/x_addon_3").text)
    assert "It costs you 30.00 SAR a month. Your margin is 20.00 SAR." in page
    assert "Install" not in page
    assert market.browser.get(f"{CATALOGUE}/x_addon_4").status_code == 404


def test_users_see_what_their_role_allows(market: Seller, hire: Hire) -> None:
    assert hire({"core.audit.read": "all"}).http.get(CATALOGUE).status_code == 403
    looking = hire({"core.addons.see": "all"})
    page = looking.http.get(f"{CATALOGUE}/x_addon_3").text
    assert "An administrator can switch it on and off, and ask for it." in page
    assert "<textarea" not in page
    assert looking.post(f"{CATALOGUE}/x_addon_3/ask", {}).status_code == 403
    assert looking.http.get(ADDONS).status_code == 403


def test_what_is_asked_for_reaches_the_seller_once(
    market: Seller, admin: Person, kernel: Kernel, store: Tenant
) -> None:
    for note in ("For the branch in Jeddah", "For both branches"):
        asked = admin.post(f"{CATALOGUE}/x_addon_3/ask", {"note": note})
        assert asked.status_code == 303, asked.text
    with kernel.session(control(kernel), readonly=True) as session:
        mine = select(AddonRequest).where(AddonRequest.organization_id == store.id)
        (request,) = session.scalars(mine)
    assert (request.note, request.wish, request.reseller_id) == (
        "For both branches",
        "buy",
        market.id,
    )
    assert "It was asked for." in _text(admin.http.get(f"{CATALOGUE}/x_addon_3").text)
    seen = market.browser.get("/tenants/requests").text
    assert store.slug.title() in seen
    too_long = admin.post(f"{CATALOGUE}/x_addon_3/ask", {"note": "x" * 1001})
    assert too_long.status_code == 422

    given = {"addons": "x_addon_3", "until": "2030-01-31", "seats": "5", "grace_days": "7"}
    form = f"/tenants/customers/{store.id}/licence"
    late = market.browser.post(form, data=given)
    assert late.status_code == 422
    assert "certificate ends on" in late.text
    soon = (utc_now() + timedelta(days=300)).date().isoformat()
    assert market.browser.post(form, data={**given, "until": soon}).status_code == 303
    beside = _text(market.browser.get(f"/tenants/customers/{store.id}").text)
    assert "Holds" in beside
    assert "Seats: 5" in beside
    history = _text(admin.http.get(f"{CATALOGUE}/x_addon_3").text)
    assert "The request was granted." in history


def test_a_licence_is_given_for_what_the_seller_sells_and_no_more(
    market: Seller, store: Tenant
) -> None:
    form = f"/tenants/customers/{store.id}/licence"
    tries = [
        ({"addons": "accounting", "until": "2027-01-01"}, "may not sell accounting"),
        ({"until": "2027-01-01"}, "Choose at least one addon."),
        ({"addons": "shop", "until": "never"}, "Please give the last day."),
        ({"addons": "shop", "until": "2020-01-01"}, "This day has passed"),
        ({"addons": "shop", "until": "2027-01-01", "seats": "some"}, "Give a whole number."),
    ]
    for given, sentence in tries:
        refused = market.browser.post(form, data=given)
        assert refused.status_code == 422, given
        assert sentence in refused.text


def test_a_seller_who_cannot_give_a_trial_keeps_the_reason(
    market: Seller, admin: Person, kernel: Kernel
) -> None:
    with kernel.session(control(kernel)) as session:
        reseller = session.get_one(Reseller, market.id)
        held, reseller.key_id = reseller.key_id, ""
    try:
        refused = admin.post(f"{CATALOGUE}/shop/trial", {})
    finally:
        with kernel.session(control(kernel)) as session:
            session.get_one(Reseller, market.id).key_id = held
    assert refused.status_code == 409
    assert "cannot begin a trial of Shop by itself" in refused.text
    assert "certif" not in refused.text


def test_a_trial_begins_once_and_lets_the_addon_work(
    market: Seller, admin: Person, kernel: Kernel, store: Tenant
) -> None:
    assert admin.http.get("/shop/orders").status_code == 404
    with ThreadPoolExecutor(2) as pool:
        began = list(pool.map(lambda _: admin.post(f"{CATALOGUE}/shop/trial", {}), range(2)))
    assert sorted(answer.status_code for answer in began) == [303, 409]
    with kernel.session(control(kernel), readonly=True) as session:
        trial = select(OrganizationLicence).where(
            OrganizationLicence.organization_id == store.id, OrganizationLicence.trial
        )
        (licence,) = session.scalars(trial)
    assert licence.addons == ["shop"]
    assert licence.seats == grants.TRIAL_SEATS
    kernel.directory.forget(store.id)
    kernel.states.forget(store.id)
    assert admin.http.get("/shop/orders").status_code == 200
    assert "On trial until" in _text(admin.http.get(ADDONS).text)
    assert "was tried here before" in admin.post(f"{CATALOGUE}/shop/trial", {}).text


def test_a_company_tells_its_seller_what_is_on_and_nothing_else(
    market: Seller, kernel: Kernel, store: Tenant
) -> None:
    lifecycle.disable(kernel, store, "reporting", with_dependants=True)
    with kernel.session(control(kernel), readonly=True) as session:
        report = session.get_one(CustomerReport, store.id)
        assert "reporting" not in report.addons
        assert report.addons["contacts"] >= 1
    lifecycle.enable(kernel, store, "reporting")
    with kernel.session(store) as session:
        tell_the_seller(session)
    page = _text(market.browser.get(f"/tenants/customers/{store.id}").text)
    assert "Financial reports" in page
    assert "As of" in page


def test_the_catalogue_is_searched_narrowed_and_turned_over(
    kernel: Kernel, transport: AppTransport, registry: None
) -> None:
    with open_browser(transport, "app.localhost") as operator:
        sign_in(kernel, control(kernel), operator, [OPERATOR.code])
        everything = operator.get(CATALOGUE).text
        assert everything.count("<article") == 24
        assert operator.get(CATALOGUE, params={"page": "2"}).text.count("<article") == 17
        found = operator.get(CATALOGUE, params={"q": "ACCOUNTING"}).text
        assert "addon-accounting" in found
        assert "x_addon_" not in found
        assert "Nothing fits." in operator.get(CATALOGUE, params={"q": "zzzz"}).text
        finance = operator.get(CATALOGUE, params={"category": "Finance"}).text
        assert {"addon-accounting", "addon-vat"} <= set(re.findall(r'id="([\w-]+)"', finance))
        gold = operator.get(CATALOGUE, params={"tier": "gold"}).text
        assert 0 < gold.count("<article") < 24
        assert "addon-accounting" not in gold
        ours = operator.get(CATALOGUE, params={"show": "ours"}).text
        assert "x_addon_" not in ours
        for nonsense in ("0", "-1", "x", "9" * 30):
            assert operator.get(CATALOGUE, params={"page": nonsense}).status_code == 200
        one = _text(operator.get(f"{CATALOGUE}/x_addon_1").text)
        for told in (
            "Northwind Tools",
            "1.2.0",
            "api.example.com",
            "Lists open faster.",
            "Install",
        ):
            assert told in one


def test_a_picture_is_shown_and_nothing_that_could_hold_a_script(
    market: Seller, admin: Person
) -> None:
    shown = admin.http.get(f"{CATALOGUE}/x_addon_3/pictures/1")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    for number in (0, 2, 3):
        assert admin.http.get(f"{CATALOGUE}/x_addon_3/pictures/{number}").status_code == 404


def test_a_package_is_named_by_its_addons_or_is_everything(
    kernel: Kernel, transport: AppTransport, store: Tenant
) -> None:
    with kernel.session(control(kernel), readonly=True) as session:
        before = session.get_one(Organization, store.id).allowed_addons
    with open_browser(transport, "app.localhost") as operator:
        sign_in(kernel, control(kernel), operator, [OPERATOR.code])
        page = f"/tenants/organizations/{store.id}/package"
        assert "Shop" in operator.get(page).text
        for sent, kept in (
            ({"which": "these", "addons": "shop"}, ["shop"]),
            ({"which": "all", "addons": "shop"}, None),
            ({"which": "these"}, []),
        ):
            assert operator.post(page, data=sent).status_code == 303
            with kernel.session(control(kernel), readonly=True) as session:
                assert session.get_one(Organization, store.id).allowed_addons == kept
        refused = operator.post(page, data={"which": "these", "addons": "unheard_of"})
        assert refused.status_code == 422
    assert before == []


def test_whoever_browses_types_narrows_the_shelves_and_reviews(
    browser: Browser, address: str, market: Seller, admin: Person
) -> None:
    for width in (1200, 360):
        page = sit_down(browser, address, admin, width=width)
        page.goto(f"{address}{CATALOGUE}")
        page.get_by_role("searchbox", name="Search in the catalogue").press_sequentially("emirates")
        expect(page.get_by_role("article")).to_have_count(1)
        expect(page).to_have_url(re.compile(r"q=emirates"))
        assert violations(page) == []
        page.keyboard.press("Tab")
        page.get_by_role("link", name="VAT", exact=True).press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("VAT")
        page.get_by_text("Review it").or_(page.get_by_text("Change your review")).press("Enter")
        page.get_by_role("radio", name="1 of 5 stars").press("ArrowRight")
        page.get_by_label("What is it like to work with?").fill(f"Clear, {width} times")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("button", name="Publish the review").press("Enter")
        expect(page.locator("#reviews ol")).to_contain_text(f"Clear, {width} times")
        page.context.close()
