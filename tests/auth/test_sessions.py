"""Where Ann is signed in: she sees it, ends what she does not know, and it ends everywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from core.auth import login_sessions, sweep
from core.auth.actors import TTL, ActorCache
from core.auth.client import Client
from core.auth.credentials import SESSION_COOKIE, Credential
from core.auth.models import KnownDevice, LoginFailures, LoginSession, PasskeyChallenge
from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.auth.user_agents import describe
from tests.auth.browser import Browser
from tests.auth.conftest import PASSWORD, Hire, OpenBrowser


def host(tenant: Tenant) -> str:
    return f"{tenant.slug}.localhost"


def test_a_revocation_reaches_every_process_within_a_second(
    hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant
) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    credential = Credential("session", browser.cookies[SESSION_COOKIE], host(tenant))
    now = [0.0]
    elsewhere = ActorCache(clock=lambda: now[0])
    assert elsewhere.find(kernel.engine, tenant, credential).user_id == ann.id
    with kernel.session(tenant) as session:
        assert login_sessions.end_all(session, ann.id) == 1
    assert browser.get("/account").status_code == 303  # here at once
    assert elsewhere.peek(tenant, credential) is not None  # there for a moment longer
    now[0] += TTL
    assert TTL < 1
    assert elsewhere.peek(tenant, credential) is None
    assert elsewhere.find(kernel.engine, tenant, credential).kind == "anonymous"


def test_what_is_remembered_of_one_company_is_nothing_to_another(
    hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant, second_tenant: Tenant
) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    credential = Credential("session", browser.cookies[SESSION_COOKIE], host(tenant))
    cache = ActorCache()
    assert cache.find(kernel.engine, tenant, credential).user_id == ann.id
    assert cache.peek(second_tenant, credential) is None
    assert cache.find(kernel.engine, second_tenant, credential).kind == "anonymous"


def test_an_answer_that_was_overtaken_by_a_revocation_is_not_kept(
    hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant
) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    credential = Credential("session", browser.cookies[SESSION_COOKIE], host(tenant))
    cache = ActorCache()

    class Overtaken:
        """An engine under whose eyes the session is revoked, just after it was read."""

        def connect(self, *args: object, **options: object) -> object:
            connection = kernel.engine.connect(*args, **options)  # pyright: ignore[reportArgumentType]
            cache.forget(tenant.id)
            return connection

    assert cache.find(Overtaken(), tenant, credential).user_id == ann.id  # pyright: ignore[reportArgumentType]
    assert cache.peek(tenant, credential) is None


def test_the_list_shows_every_browser_and_ends_one(
    hire: Hire, browser: Browser, open_browser: OpenBrowser, kernel: Kernel, tenant: Tenant
) -> None:
    ann = hire()
    other = open_browser(address="198.51.100.200")
    other.sign_in(ann.email, PASSWORD)
    browser.sign_in(ann.email, PASSWORD)
    page = browser.get("/account").text
    assert "This browser" in page
    assert "198.51.100.0/24" in page
    with kernel.session(tenant) as session:
        theirs = LoginSession.network == "198.51.100.0/24"
        session_id = session.scalars(
            select(LoginSession.id).where(LoginSession.user_id == ann.id, theirs)
        ).one()
    assert browser.post(f"/account/sessions/{session_id}/end").status_code == 303
    assert other.get("/account").status_code == 303
    assert browser.get("/account").status_code == 200
    assert browser.post(f"/account/sessions/{session_id}/end").status_code == 404


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko Firefox/131.0",
            "Firefox, Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/156.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14) Version/18 Safari/605", "Safari, macOS"),
        ("curl/8.5", "curl/8.5"),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_its_owner_knows_it(user_agent: str, words: str) -> None:
    assert describe(user_agent) == words


def test_nobody_ends_somebody_else_s_session(
    hire: Hire, browser: Browser, open_browser: OpenBrowser, kernel: Kernel, tenant: Tenant
) -> None:
    ann, bob = hire(), hire("Bob")
    hers = open_browser()
    hers.sign_in(ann.email, PASSWORD)
    with kernel.session(tenant) as session:
        mine = select(LoginSession.id).where(LoginSession.user_id == ann.id)
        session_id = session.scalars(mine).one()
    browser.sign_in(bob.email, PASSWORD)
    browser.get("/account")
    assert browser.post(f"/account/sessions/{session_id}/end").status_code == 404
    assert hers.get("/account").status_code == 200


def test_ending_all_others_keeps_this_one(
    hire: Hire, browser: Browser, open_browser: OpenBrowser
) -> None:
    ann = hire()
    others = [open_browser() for _ in range(2)]
    for other in (*others, browser):
        other.sign_in(ann.email, PASSWORD)
    browser.get("/account")
    assert browser.post("/account/sessions/end-others").status_code == 303
    assert [other.get("/account").status_code for other in others] == [303, 303]
    assert browser.get("/account").status_code == 200


def test_changing_the_password_signs_out_everywhere_else_and_renews_this_session(
    hire: Hire, browser: Browser, open_browser: OpenBrowser
) -> None:
    ann = hire()
    other = open_browser()
    other.sign_in(ann.email, PASSWORD)
    browser.sign_in(ann.email, PASSWORD)
    before = browser.cookies[SESSION_COOKIE]
    browser.get("/account/password")
    form = {"current": PASSWORD, "password": "a quiet river at dusk"}
    assert browser.post("/account/password", form).status_code == 303
    assert browser.cookies[SESSION_COOKIE] != before
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    other.plant(SESSION_COOKIE, before)
    assert other.get("/account").status_code == 303


def test_changing_the_password_needs_the_present_one(hire: Hire, browser: Browser) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    browser.get("/account/password")
    form = {"current": "somebody at her desk", "password": "a quiet river at dusk"}
    refused = browser.post("/account/password", form)
    assert refused.status_code == 422
    assert "not your present password" in refused.text
    assert [browser.post("/account/password", form).status_code for _ in range(5)][-1] == 429


def test_use_is_written_once_a_minute(
    hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant
) -> None:
    ann = hire()

    def last_seen() -> object:
        kernel.actors.forget(tenant.id)
        assert browser.get("/account").status_code == 200
        with kernel.session(tenant) as session:
            mine = select(LoginSession.last_seen_at).where(LoginSession.user_id == ann.id)
            return session.scalars(mine).one()

    start = utc_now()
    with time_machine.travel(start, tick=False) as clock:
        browser.sign_in(ann.email, PASSWORD)
        clock.shift(timedelta(seconds=59))
        assert last_seen() == start
        clock.shift(timedelta(seconds=1))
        assert last_seen() == start + timedelta(seconds=60)


def test_the_name_and_the_language_are_one_s_own_to_change(hire: Hire, browser: Browser) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    browser.get("/account")
    assert browser.post("/account", {"name": "  Ann   Smith ", "locale": "ar"}).status_code == 303
    page = browser.get("/account").text
    assert 'value="Ann Smith"' in page
    assert 'dir="rtl"' in page
    assert browser.post("/account", {"name": "Ann", "locale": "xx"}).status_code == 422
    assert browser.post("/account", {"name": " ", "locale": ""}).status_code == 422


def test_what_nobody_can_use_any_more_is_swept(
    hire: Hire, kernel: Kernel, tenant: Tenant, browser: Browser
) -> None:
    ann = hire()
    with time_machine.travel(utc_now() - timedelta(days=500), tick=False):
        browser.sign_in("nobody@example.com", "a wrong guess")
        browser.post_json("/login/passkey/options", {})
        with kernel.session(tenant) as session:
            client = Client("192.0.2.3", host(tenant))
            login_sessions.begin(session, ann.id, client=client, method="password")
        browser.sign_in(ann.email, PASSWORD)
    with kernel.session(tenant) as session:
        sweep.sweep_sign_ins(session)
        now = utc_now()
        assert not session.scalars(
            select(LoginSession).where(LoginSession.expires_at < now - sweep.KEEP)
        ).all()
        assert not session.scalars(select(KnownDevice).where(KnownDevice.expires_at < now)).all()
        stale = PasskeyChallenge.expires_at < now
        assert not session.scalars(select(PasskeyChallenge).where(stale)).all()
        old = LoginFailures.last_failure_at < now - timedelta(days=2)
        assert not session.scalars(select(LoginFailures).where(old)).all()
