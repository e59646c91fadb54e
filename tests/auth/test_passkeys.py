"""Passkeys: Ann makes one and signs in with it; others replay, forge and carry it elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth import passkeys
from core.auth.credentials import SESSION_COOKIE
from core.auth.models import Passkey, PasskeyChallenge, User
from core.auth.passkeys import CHALLENGE_LIFETIME
from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.auth.authenticator import Authenticator
from tests.auth.browser import Browser
from tests.auth.conftest import PASSWORD, Hire, OpenBrowser


def make_passkey(browser: Browser, device: Authenticator, *, current: str = PASSWORD) -> Any:
    """Go through the ceremony on the account page of who is signed in."""
    browser.get("/account")
    options = browser.post_json("/account/passkeys/options", {"current": current})
    if options.status_code != 200:
        return options
    answer = device.create(options.json())
    return browser.post_json("/account/passkeys", {"answer": answer, "name": "Phone"})


def challenge(browser: Browser) -> dict[str, Any]:
    browser.get("/login")
    return browser.post_json("/login/passkey/options", {}).json()


def enter(browser: Browser, answer: Any) -> int:
    return browser.post_json("/login/passkey", {"answer": answer, "next": "/account"}).status_code


def newest_passkey(session: Session) -> Passkey:
    return session.scalars(select(Passkey).order_by(Passkey.id.desc()).limit(1)).one()


@pytest.fixture
def device(hire: Hire, browser: Browser) -> Authenticator:
    """A device with a passkey of Ann's."""
    ann = hire()
    device = Authenticator(browser.origin)
    browser.sign_in(ann.email, PASSWORD)
    assert make_passkey(browser, device).status_code == 201
    return device


def test_a_passkey_signs_in_without_a_password(
    device: Authenticator, open_browser: OpenBrowser
) -> None:
    fresh = open_browser()
    answer = device.get(challenge(fresh))
    entered = fresh.post_json("/login/passkey", {"answer": answer, "next": "/account"})
    assert (entered.status_code, entered.json()) == (200, {"next": "/account"})
    assert "Phone" in fresh.get("/account").text


def test_a_passkey_leads_to_no_other_site(device: Authenticator, open_browser: OpenBrowser) -> None:
    fresh = open_browser()
    sent = {"answer": device.get(challenge(fresh)), "next": "https://evil.example/"}
    assert fresh.post_json("/login/passkey", sent).json() == {"next": "/"}


def test_an_answer_is_good_once(device: Authenticator, open_browser: OpenBrowser) -> None:
    fresh = open_browser()
    answer = device.get(challenge(fresh))
    assert enter(fresh, answer) == 200
    assert enter(open_browser(), answer) == 401


def test_a_challenge_that_nobody_gave_is_not_accepted(
    device: Authenticator, open_browser: OpenBrowser
) -> None:
    fresh = open_browser()
    options = challenge(fresh) | {"challenge": "bWFkZSB1cA"}
    assert enter(fresh, device.get(options)) == 401


def test_a_challenge_grows_old(device: Authenticator, open_browser: OpenBrowser) -> None:
    fresh = open_browser()
    with time_machine.travel(utc_now(), tick=False) as clock:
        answer = device.get(challenge(fresh))
        clock.shift(CHALLENGE_LIFETIME + timedelta(seconds=1))
        assert enter(fresh, answer) == 401


def test_challenges_that_nobody_answers_do_not_pile_up(
    open_browser: OpenBrowser, kernel: Kernel, tenant: Tenant
) -> None:
    fresh = open_browser()
    with time_machine.travel(utc_now(), tick=False) as clock:
        for _ in range(3):
            challenge(fresh)
        clock.shift(CHALLENGE_LIFETIME + timedelta(seconds=1))
        challenge(fresh)
    with kernel.session(tenant) as session:
        assert len(session.scalars(select(PasskeyChallenge)).all()) == 1


def test_an_answer_given_to_another_site_is_refused(
    device: Authenticator, open_browser: OpenBrowser
) -> None:
    fresh = open_browser()
    device.origin = "https://acme.localhost.evil.example"
    assert enter(fresh, device.get(challenge(fresh))) == 401


def test_a_device_that_did_not_verify_its_user_is_refused(
    device: Authenticator, open_browser: OpenBrowser
) -> None:
    fresh = open_browser()
    device.verifies = False
    assert enter(fresh, device.get(challenge(fresh))) == 401


def test_a_copy_of_the_device_is_noticed_by_its_count(
    device: Authenticator, open_browser: OpenBrowser
) -> None:
    assert enter(open_browser(), device.get(challenge(open_browser()))) == 200
    device.signatures -= 1
    assert enter(open_browser(), device.get(challenge(open_browser()))) == 401


def test_another_key_under_the_same_name_is_refused(
    device: Authenticator, open_browser: OpenBrowser
) -> None:
    forged = Authenticator(device.origin, credential_id=device.credential_id)
    assert enter(open_browser(), forged.get(challenge(open_browser()))) == 401


@pytest.mark.parametrize(
    "rubbish",
    [
        None,
        [],
        {},
        {"id": 7},
        {"id": "x", "rawId": "x", "type": "public-key", "response": {}},
        {"id": "x", "rawId": "x", "type": "public-key", "response": {"clientDataJSON": "W10"}},
    ],
)
def test_rubbish_is_refused_and_breaks_nothing(rubbish: Any, open_browser: OpenBrowser) -> None:
    fresh = open_browser()
    fresh.get("/login")
    assert enter(fresh, rubbish) == 401


def test_a_known_passkey_with_rubbish_in_its_answer_is_refused(
    device: Authenticator, open_browser: OpenBrowser
) -> None:
    fresh = open_browser()
    for part in ("clientDataJSON", "authenticatorData", "signature"):
        for value in ("", "W10", "AAAA", "?", 7):
            answer = device.get(challenge(fresh))
            answer["response"][part] = value
            assert enter(fresh, answer) == 401, (part, value)


def test_making_a_passkey_asks_for_the_password(hire: Hire, browser: Browser) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    refused = make_passkey(browser, Authenticator(browser.origin), current="somebody at her desk")
    assert refused.status_code == 422


def test_a_challenge_for_ann_makes_no_passkey_for_bob(
    hire: Hire, browser: Browser, open_browser: OpenBrowser
) -> None:
    ann, bob = hire(), hire("Bob")
    browser.sign_in(ann.email, PASSWORD)
    browser.get("/account")
    options = browser.post_json("/account/passkeys/options", {"current": PASSWORD}).json()
    other = open_browser()
    other.sign_in(bob.email, PASSWORD)
    other.get("/account")
    answer = Authenticator(browser.origin).create(options)
    refused = other.post_json("/account/passkeys", {"answer": answer, "name": "x"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "passkey"


def test_making_a_passkey_gives_the_session_a_new_secret(hire: Hire, browser: Browser) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    before = browser.cookies[SESSION_COOKIE]
    make_passkey(browser, Authenticator(browser.origin))
    assert browser.cookies[SESSION_COOKIE] != before
    assert browser.get("/account").status_code == 200


def test_a_removed_passkey_does_not_work_any_more(
    device: Authenticator,
    browser: Browser,
    open_browser: OpenBrowser,
    kernel: Kernel,
    tenant: Tenant,
) -> None:
    with kernel.session(tenant) as session:
        newest = newest_passkey(session)
    browser.get("/account")
    assert browser.post(f"/account/passkeys/{newest.id}/remove").status_code == 303
    assert enter(open_browser(), device.get(challenge(open_browser()))) == 401


def test_nobody_removes_somebody_else_s_passkey(
    device: Authenticator, hire: Hire, kernel: Kernel, tenant: Tenant
) -> None:
    bob = hire("Bob")
    with kernel.session(tenant) as session:
        newest = newest_passkey(session)
        assert not passkeys.remove(session, bob.id, newest.id)


def test_a_passkey_of_an_inactive_user_is_refused(
    device: Authenticator, open_browser: OpenBrowser, kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        newest = newest_passkey(session)
        session.get_one(User, newest.user_id).is_active = False
    assert enter(open_browser(), device.get(challenge(open_browser()))) == 401
