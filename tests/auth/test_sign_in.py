"""Signing in with a password, and what becomes of the session.

Ann works at a company. She signs in and out in a browser; others try with what they have
found, planted or kept.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from core.auth.credentials import IDLE, SESSION_COOKIE, resolve_session
from core.auth.devices import DEVICE_COOKIE
from core.auth.login_sessions import LIFETIME
from core.auth.models import KnownDevice, LoginSession, User
from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.auth.browser import Browser
from tests.auth.conftest import PASSWORD, Hire, OpenBrowser


def test_the_right_password_opens_the_start_page(hire: Hire, browser: Browser) -> None:
    ann = hire()
    answer = browser.sign_in(f"{ann.email.upper()} ", PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get("/").status_code == 200


def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(
    hire: Hire, browser: Browser
) -> None:
    ann = hire()
    answer = browser.sign_in(ann.email, PASSWORD)
    (cookie,) = [
        line
        for line in answer.headers.get_list("set-cookie")
        if line.startswith(f"{SESSION_COOKIE}=")
    ]
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert attributes >= {"secure", "httponly", "samesite=lax", "path=/"}
    assert not any(part.startswith("domain") for part in attributes)


def test_a_wrong_password_and_an_unknown_address_look_the_same(
    hire: Hire, browser: Browser
) -> None:
    ann = hire()
    wrong = browser.sign_in(ann.email, "not the password")
    unknown = browser.sign_in("nobody@example.com", "not the password")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace(ann.email, "nobody@example.com") == unknown.text


def test_an_inactive_user_is_refused_like_a_stranger(
    hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant
) -> None:
    ann = hire()
    with kernel.session(tenant) as session:
        session.get_one(User, ann.id).is_active = False
    assert browser.sign_in(ann.email, PASSWORD).status_code == 422


def test_who_is_not_signed_in_is_sent_to_the_form_and_back(hire: Hire, browser: Browser) -> None:
    ann = hire()
    sent = browser.get("/account")
    assert (sent.status_code, sent.headers["location"]) == (303, "/login?next=%2Faccount")
    browser.get(sent.headers["location"])
    form = {"email": ann.email, "password": PASSWORD, "next": "/account"}
    assert browser.post("/login", form).headers["location"] == "/account"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "/\tx", ""]
)
def test_signing_in_leads_to_no_other_site(elsewhere: str, hire: Hire, browser: Browser) -> None:
    ann = hire()
    browser.get("/login")
    form = {"email": ann.email, "password": PASSWORD, "next": elsewhere}
    assert browser.post("/login", form).headers["location"] == "/"


def test_a_planted_session_is_not_taken_over(hire: Hire, browser: Browser) -> None:
    ann = hire()
    browser.plant(SESSION_COOKIE, "known-to-the-attacker")
    browser.sign_in(ann.email, PASSWORD)
    assert browser.cookies[SESSION_COOKIE] != "known-to-the-attacker"


def test_signing_in_again_ends_the_session_before(
    hire: Hire, browser: Browser, open_browser: OpenBrowser
) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    first = browser.cookies[SESSION_COOKIE]
    form = {"email": ann.email, "password": PASSWORD, "next": "/"}
    browser.get("/account")
    browser.post("/login", form)
    thief = open_browser()
    thief.plant(SESSION_COOKIE, first)
    assert thief.get("/account").status_code == 303


def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(
    hire: Hire, browser: Browser, open_browser: OpenBrowser
) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    thief = open_browser()
    thief.plant(SESSION_COOKIE, browser.cookies[SESSION_COOKIE])
    assert thief.get("/account").status_code == 200
    browser.get("/account")
    browser.post("/logout")
    assert thief.get("/account").status_code == 303


def test_a_session_works_at_the_host_where_it_began_and_at_no_other(
    hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant
) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    token = browser.cookies[SESSION_COOKIE]
    with kernel.session(tenant) as session:
        assert resolve_session(session, token, f"{tenant.slug}.localhost") is not None
        assert resolve_session(session, token, "books.ann.example") is None


def test_a_session_of_one_company_is_nothing_to_another(
    hire: Hire, browser: Browser, kernel: Kernel, second_tenant: Tenant
) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    host = browser.origin.removeprefix("https://")
    with kernel.session(second_tenant) as session:
        assert resolve_session(session, browser.cookies[SESSION_COOKIE], host) is None


@pytest.mark.parametrize(("pause", "status"), [(IDLE - timedelta(minutes=1), 200), (IDLE, 303)])
def test_an_idle_session_ends(
    pause: timedelta, status: int, hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant
) -> None:
    ann = hire()
    with time_machine.travel(utc_now(), tick=False) as clock:
        browser.sign_in(ann.email, PASSWORD)
        clock.shift(pause)
        kernel.actors.forget(tenant.id)
        assert browser.get("/account").status_code == status


def test_even_a_busy_session_ends_one_day(
    hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant
) -> None:
    ann = hire()
    start = utc_now()
    with time_machine.travel(start, tick=False) as clock:
        browser.sign_in(ann.email, PASSWORD)
        while utc_now() < start + LIFETIME - timedelta(hours=6):
            clock.shift(timedelta(hours=6))
            kernel.actors.forget(tenant.id)
            assert browser.get("/account").status_code == 200
        clock.shift(timedelta(hours=6))
        kernel.actors.forget(tenant.id)
        assert browser.get("/account").status_code == 303


def test_only_hashes_of_the_cookies_are_stored(
    hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant
) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    secrets = {browser.cookies[SESSION_COOKIE], browser.cookies[DEVICE_COOKIE]}
    with kernel.session(tenant) as session:
        stored = " ".join(
            str(value)
            for model in (LoginSession, KnownDevice)
            for row in session.execute(select(model.__table__))
            for value in row
        )
    assert not [secret for secret in secrets if secret in stored]


def test_a_one_time_password_leads_to_choosing_another_and_nowhere_else(
    hire: Hire, browser: Browser
) -> None:
    ann = hire(roles=("core.admin",), must_change_password=True)
    answer = browser.sign_in(ann.email, PASSWORD)
    assert answer.headers["location"] == "/account/password"
    assert browser.get("/settings/roles").headers["location"] == "/account/password"
    browser.get("/account/password")
    form = {"current": PASSWORD, "password": "a quiet river at dusk"}
    assert browser.post("/account/password", form).headers["location"] == "/"
    assert browser.get("/settings/roles").status_code == 200


def test_the_same_password_again_is_not_another_one(hire: Hire, browser: Browser) -> None:
    ann = hire(must_change_password=True)
    browser.sign_in(ann.email, PASSWORD)
    browser.get("/account/password")
    form = {"current": PASSWORD, "password": PASSWORD}
    answer = browser.post("/account/password", form)
    assert answer.status_code == 422
    assert "another password" in answer.text
