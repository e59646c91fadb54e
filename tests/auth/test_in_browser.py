"""Signing in as a person sees it: a real Chromium, the real server, the real content policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core.auth.users import ADMIN_ROLE
from core.tenancy.tenant import Tenant
from tests.auth.conftest import PASSWORD, Hire
from tests.chrome import launched, served

pytestmark = pytest.mark.browser

NEW = "a quiet river at dusk"


@pytest.fixture(scope="module")
def port(app: Any) -> Iterator[int]:
    """The application behind a real socket."""
    with served(app) as port:
        yield port


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def site(port: int, tenant: Tenant) -> str:
    return f"http://{tenant.slug}.localhost:{port}"


@pytest.fixture
def context(chrome: Browser, site: str) -> Iterator[BrowserContext]:
    context = chrome.new_context(base_url=site)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose scripts fail at nothing and break no policy."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert [text for text in complaints if "Policy" in text or "Error:" in text] == []


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/login")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/account")
    page.locator(".app-person").click()
    page.get_by_role("button", name="Sign out", exact=True).last.click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def test_a_passkey_is_made_and_then_signs_in(page: Page, hire: Hire) -> None:
    ann = hire()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, ann.email)
    page.goto("/account")
    page.get_by_label("Name of the device").fill("Ann's laptop")
    page.locator("#passkey-current").fill(PASSWORD)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("Ann's laptop")).to_be_visible()
    sign_out(page)
    page.goto("/login?next=/account")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_a_wrong_password_is_told_beside_the_passkey_form(page: Page, hire: Hire) -> None:
    ann = hire()
    sign_in(page, ann.email)
    page.goto("/account")
    page.get_by_label("Name of the device").fill("Phone")
    page.locator("#passkey-current").fill("not hers")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("This is not your present password.")).to_be_visible()


def test_an_authenticator_app_is_set_up_by_a_picture(page: Page, hire: Hire) -> None:
    ann = hire()
    sign_in(page, ann.email)
    page.goto("/account")
    page.locator("#totp-current").fill(PASSWORD)
    page.get_by_role("button", name="Set up an app").click()
    picture = page.get_by_role("img", name="QR code").locator("svg")
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] > 150


def test_an_administrator_lets_a_newcomer_in(
    page: Page, chrome: Browser, site: str, hire: Hire
) -> None:
    admin, newcomer = hire("Admin", roles=(ADMIN_ROLE,)), hire("Newcomer", password=None)
    sign_in(page, admin.email)
    page.goto(f"/core/users/{newcomer.id}")
    expect(page.get_by_text("Has no password yet")).to_be_visible()
    page.get_by_role("button", name="Make a link for a new password").click()
    link = page.locator("#link").inner_text()
    theirs = chrome.new_context(base_url=site).new_page()
    theirs.goto(link)
    theirs.get_by_label("New password").fill(NEW)
    theirs.get_by_role("button", name="Save the password").click()
    expect(theirs.get_by_text("Your password is changed.")).to_be_visible()
    sign_in(theirs, newcomer.email, NEW)
    expect(theirs.locator(".app-person-name")).to_have_text("Newcomer")
    theirs.context.close()


def test_all_but_passkeys_works_without_scripts(chrome: Browser, site: str, hire: Hire) -> None:
    ann = hire("Ann", must_change_password=True)
    context = chrome.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, ann.email)
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Save the password").click()
    page.goto("/account")
    expect(page.get_by_text("This browser")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()
    name = page.get_by_label("Name", exact=True)
    name.fill("Ann Smith")
    name.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    context.close()
