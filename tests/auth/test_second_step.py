"""The second step: codes of an authenticator app, used once each, and recovery codes.

Ann sets the app up. Somebody who has her password, or has read a code over her shoulder, does
not get in.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from pyotp.totp import TOTP
from sqlalchemy import select

from core.auth import recovery_codes, totp
from core.auth.credentials import SESSION_COOKIE
from core.auth.models import RecoveryCode, TotpCredential, User
from core.auth.sign_in import PENDING_LIFETIME
from core.auth.throttle import PERSON
from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.auth.browser import Browser
from tests.auth.conftest import PASSWORD, Hire, OpenBrowser

_SECRET = re.compile(r'user-select-all text-break">([A-Z2-7]{32})<')
_CODE = re.compile(r"<li>([a-z2-9-]{19})</li>")


@dataclass(slots=True)
class Phone:
    """Ann's app, and the recovery codes she wrote down."""

    user: User
    app: TOTP
    recovery: list[str]

    def code(self, *, steps: int = 0) -> str:
        return self.app.at(utc_now(), counter_offset=steps)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still, so that a code is of the step that the test means."""
    with time_machine.travel(utc_now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def phone(hire: Hire, browser: Browser, clock: time_machine.Traveller) -> Phone:
    """Set up through the pages, one step ago."""
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    browser.get("/account")
    browser.post("/account/totp/begin", {"current": PASSWORD})
    page = browser.get("/account/totp").text
    found = _SECRET.search(page)
    assert found
    app = TOTP(found[1])
    shown = browser.post("/account/totp", {"code": app.at(utc_now())})
    assert shown.status_code == 200
    clock.shift(timedelta(seconds=totp.STEP_SECONDS))
    return Phone(ann, app, _CODE.findall(html.unescape(shown.text)))


def first_step(browser: Browser, phone: Phone) -> None:
    answer = browser.sign_in(phone.user.email, PASSWORD)
    assert answer.headers["location"] == "/login/code?next=%2F"
    browser.get("/login/code?next=%2Faccount")


def second_step(browser: Browser, code: str) -> int:
    return browser.post("/login/code", {"code": code, "next": "/account"}).status_code


def test_the_password_alone_opens_nothing(phone: Phone, open_browser: OpenBrowser) -> None:
    fresh = open_browser()
    first_step(fresh, phone)
    assert SESSION_COOKIE not in fresh.cookies
    assert fresh.get("/account").status_code == 303


def test_password_and_code_together_sign_in(phone: Phone, open_browser: OpenBrowser) -> None:
    fresh = open_browser()
    first_step(fresh, phone)
    answer = fresh.post("/login/code", {"code": phone.code(), "next": "/account"})
    assert answer.headers["location"] == "/account"
    assert fresh.get("/account").status_code == 200


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (0, 303), (1, 303), (2, 422)])
def test_a_clock_may_be_one_step_off(
    steps: int, status: int, phone: Phone, open_browser: OpenBrowser
) -> None:
    fresh = open_browser()
    first_step(fresh, phone)
    assert second_step(fresh, phone.code(steps=steps)) == status


def test_a_code_that_was_used_is_not_accepted_again(
    phone: Phone, open_browser: OpenBrowser
) -> None:
    code = phone.code()
    for status in (303, 422):
        fresh = open_browser()
        first_step(fresh, phone)
        assert second_step(fresh, code) == status


def test_not_even_when_it_is_sent_twice_at_once(
    phone: Phone, kernel: Kernel, tenant: Tenant
) -> None:
    code = phone.code()

    def send(_: int) -> bool:
        with kernel.session(tenant) as session:
            return totp.accept(session, phone.user.id, code) is not None

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, range(8))) == 1


def test_nor_is_one_from_before_it(phone: Phone, open_browser: OpenBrowser) -> None:
    earlier, later = phone.code(), phone.code(steps=1)
    for code, status in ((later, 303), (earlier, 422)):
        fresh = open_browser()
        first_step(fresh, phone)
        assert second_step(fresh, code) == status


def test_a_clock_that_jumped_ahead_and_back_locks_nobody_out(
    phone: Phone, open_browser: OpenBrowser, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=2))
    fresh = open_browser()
    first_step(fresh, phone)
    assert second_step(fresh, phone.code()) == 303
    clock.shift(timedelta(days=-2))
    fresh = open_browser()
    first_step(fresh, phone)
    assert second_step(fresh, phone.code()) == 303


def test_a_recovery_code_stands_in_once(phone: Phone, open_browser: OpenBrowser) -> None:
    assert len(set(phone.recovery)) == recovery_codes.COUNT
    written = phone.recovery[0].upper().replace("-", " ")
    for status in (303, 422):
        fresh = open_browser()
        first_step(fresh, phone)
        assert second_step(fresh, written) == status


def test_new_recovery_codes_replace_the_old_ones(
    phone: Phone, browser: Browser, open_browser: OpenBrowser
) -> None:
    browser.get("/account")
    shown = browser.post("/account/totp/codes", {"current": PASSWORD})
    fresh_codes = _CODE.findall(shown.text)
    assert len(fresh_codes) == recovery_codes.COUNT
    for code, status in ((phone.recovery[1], 422), (fresh_codes[1], 303)):
        fresh = open_browser()
        first_step(fresh, phone)
        assert second_step(fresh, code) == status


def test_guessing_codes_is_slowed_down(phone: Phone, open_browser: OpenBrowser) -> None:
    thief = open_browser()
    first_step(thief, phone)
    assert [second_step(thief, "000000") for _ in range(PERSON.free)] == [422] * PERSON.free
    assert second_step(thief, phone.code()) == 429


def test_the_thief_s_guesses_do_not_slow_down_ann_s_own_browser(
    phone: Phone, browser: Browser, open_browser: OpenBrowser
) -> None:
    thief = open_browser()
    first_step(thief, phone)
    for _ in range(PERSON.free):
        second_step(thief, "000000")
    browser.get("/account")
    browser.post("/logout")
    first_step(browser, phone)
    assert second_step(browser, phone.code()) == 303


def test_the_second_step_waits_for_ten_minutes(
    phone: Phone, open_browser: OpenBrowser, clock: time_machine.Traveller
) -> None:
    fresh = open_browser()
    first_step(fresh, phone)
    clock.shift(PENDING_LIFETIME)
    answer = fresh.post("/login/code", {"code": phone.code()})
    assert answer.headers["location"] == "/login"


def test_secrets_are_sealed_and_codes_hashed(phone: Phone, kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        mine = TotpCredential.user_id == phone.user.id
        sealed = session.scalars(select(TotpCredential.secret).where(mine)).one()
        hashes = session.scalars(select(RecoveryCode.code_hash)).all()
    assert phone.app.secret not in sealed
    assert not set(phone.recovery) & set(hashes)


def test_removing_the_app_asks_for_the_password(phone: Phone, browser: Browser) -> None:
    browser.get("/account")
    assert browser.post("/account/totp/remove", {"current": "at her desk"}).status_code == 422
    assert browser.post("/account/totp/remove", {"current": PASSWORD}).status_code == 303
    browser.get("/account")
    browser.post("/logout")
    assert browser.sign_in(phone.user.email, PASSWORD).headers["location"] == "/"


def test_the_app_is_not_asked_for_before_its_first_code(hire: Hire, browser: Browser) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    browser.get("/account")
    browser.post("/account/totp/begin", {"current": PASSWORD})
    wrong = browser.post("/account/totp", {"code": "000000"})
    assert wrong.status_code == 422
    browser.get("/account")
    browser.post("/logout")
    assert browser.sign_in(ann.email, PASSWORD).headers["location"] == "/"
