"""Another site makes Ann's browser send requests that she never meant.

Her cookie goes along, so the server must tell these from her own.
"""

from __future__ import annotations

import pytest

from core.auth.credentials import SESSION_COOKIE
from core.auth.csrf import check_csrf, csrf_token
from core.errors import Forbidden
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.auth.browser import Browser
from tests.auth.conftest import PASSWORD, Hire

HOST = "acme.localhost:8000"


def test_a_form_of_this_site_goes_through(hire: Hire, browser: Browser) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    browser.get("/account")
    assert browser.post("/account", {"name": "Ann Smith", "locale": "en"}).status_code == 303


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_form_of_another_site_changes_nothing(site: str, hire: Hire, browser: Browser) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    browser.get("/account")
    answer = browser.post("/account", {"name": "Mallory", "locale": "en"}, Sec_Fetch_Site=site)
    assert answer.status_code == 403
    assert "Mallory" not in browser.get("/account").text


def test_a_form_without_the_session_s_token_changes_nothing(hire: Hire, browser: Browser) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    form = {"name": "Mallory", "locale": "en", "csrf_token": csrf_token("another session")}
    assert browser.post("/account", form).status_code == 403


def test_nobody_is_signed_in_as_somebody_else_by_another_site(hire: Hire, browser: Browser) -> None:
    mallory = hire("Mallory")
    browser.get("/login")
    form = {"email": mallory.email, "password": PASSWORD, "next": "/"}
    answer = browser.post("/login", form, Sec_Fetch_Site="cross-site")
    assert answer.status_code == 403
    assert SESSION_COOKIE not in browser.cookies


def check(headers: dict[str, str], *, submitted: str | None = None, method: str = "POST") -> None:
    check_csrf(
        method=method,
        authority=HOST,
        headers=headers,
        session_secret="secret",
        submitted=csrf_token("secret") if submitted is None else submitted,
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"origin": f"http://{HOST}"},
        {"origin": f"https://{HOST.upper()}"},
        {"referer": f"http://{HOST}/account?x=1"},
    ],
)
def test_a_browser_vouches_for_where_a_form_came_from(headers: dict[str, str]) -> None:
    check(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "http://evil.example"},
        {"origin": f"http://{HOST}.evil.example"},
        {"origin": "http://acme.localhost"},
        {"referer": f"http://evil.example/?{HOST}"},
        {"sec-fetch-site": "cross-site", "origin": f"http://{HOST}"},
    ],
)
def test_without_that_word_a_form_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Forbidden):
        check(headers)


@pytest.mark.parametrize("submitted", ["", "guess", "é", csrf_token("other")])
def test_the_token_must_be_that_of_the_session(submitted: str) -> None:
    with pytest.raises(Forbidden):
        check({"origin": f"http://{HOST}"}, submitted=submitted)


def test_reading_needs_no_token() -> None:
    check({}, method="GET", submitted="")


def test_the_token_changes_with_the_session(
    hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant
) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    before = csrf_token(browser.cookies[SESSION_COOKIE])
    browser.get("/account/password")
    form = {"current": PASSWORD, "password": "a quiet river at dusk"}
    assert browser.post("/account/password", form).status_code == 303
    assert csrf_token(browser.cookies[SESSION_COOKIE]) != before
    assert browser.post("/account", {"name": "Ann", "csrf_token": before}).status_code == 403
