"""Guessing is slowed down, and nobody is locked out by it.

Mallory guesses Ann's password: from one place, from many, all at once. Ann mistypes hers, and
must still get in.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from core.auth import sign_in, throttle
from core.auth.client import Client
from core.auth.models import User
from core.auth.sign_in import Refused, SecondStepDue, SignedIn
from core.auth.throttle import ANYWHERE, NETWORK, PERSON
from core.db.base import utc_now
from core.errors import TooManyRequests
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.auth.browser import Browser
from tests.auth.conftest import PASSWORD, Hire

WRONG = "a wrong guess"
Try = Callable[..., SignedIn | SecondStepDue | Refused]


@pytest.fixture
def attempt(kernel: Kernel, tenant: Tenant) -> Try:
    """One try to sign in, in a transaction of its own."""

    def attempt_(
        user: User, password: str = WRONG, *, address: str, device: str = ""
    ) -> SignedIn | SecondStepDue | Refused:
        client = Client(address, "acme.localhost", device=device)
        with kernel.session(tenant) as session:
            return sign_in.with_password(
                session, email=user.email, password=password, client=client
            )

    return attempt_


def test_after_some_failures_even_the_right_password_waits(hire: Hire, attempt: Try) -> None:
    ann = hire()
    with time_machine.travel(utc_now(), tick=False) as clock:
        for _ in range(PERSON.free):
            assert attempt(ann, address="198.51.100.1") == Refused()
        with pytest.raises(TooManyRequests) as refusal:
            attempt(ann, PASSWORD, address="198.51.100.1")
        clock.shift(timedelta(seconds=refusal.value.retry_after))
        assert isinstance(attempt(ann, PASSWORD, address="198.51.100.1"), SignedIn)


def test_the_page_says_how_long_to_wait(hire: Hire, browser: Browser) -> None:
    ann = hire()
    for _ in range(PERSON.free):
        browser.sign_in(ann.email, "a wrong guess")
    answer = browser.sign_in(ann.email, PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "Please wait" in answer.text


def test_another_address_of_the_same_network_is_the_same_stranger(hire: Hire, attempt: Try) -> None:
    ann = hire()
    for number in range(PERSON.free):
        attempt(ann, address=f"2001:db8:1:2::{number + 1}")
    with pytest.raises(TooManyRequests):
        attempt(ann, address="2001:db8:1:2:ffff::1")


def test_guessing_from_everywhere_costs_a_newcomer_a_minute_at_most(
    hire: Hire, attempt: Try
) -> None:
    ann = hire()
    with time_machine.travel(utc_now(), tick=False) as clock:
        for network in range(20):
            try:
                attempt(ann, address=f"198.18.{network}.1")
            except TooManyRequests as refusal:
                clock.shift(timedelta(seconds=refusal.retry_after))
                attempt(ann, address=f"198.18.{network}.1")
        with pytest.raises(TooManyRequests) as refusal:
            attempt(ann, PASSWORD, address="203.0.113.9")
        assert refusal.value.retry_after <= ANYWHERE.cap
        clock.shift(timedelta(seconds=ANYWHERE.cap))
        assert isinstance(attempt(ann, PASSWORD, address="203.0.113.9"), SignedIn)


def test_a_browser_that_was_here_before_does_not_wait_for_strangers(
    hire: Hire, attempt: Try
) -> None:
    ann = hire()
    entered = attempt(ann, PASSWORD, address="203.0.113.20")
    assert isinstance(entered, SignedIn)
    with time_machine.travel(utc_now(), tick=False):
        # From her own network too: somebody at the next desk.
        for _ in range(PERSON.free):
            attempt(ann, address="203.0.113.21")
        with pytest.raises(TooManyRequests):
            attempt(ann, PASSWORD, address="203.0.113.20")
        known = attempt(ann, PASSWORD, address="203.0.113.20", device=entered.device)
        assert isinstance(known, SignedIn)


def test_a_known_browser_cannot_be_made_up(hire: Hire, attempt: Try) -> None:
    ann = hire()
    for number in range(PERSON.free):
        attempt(ann, address="198.51.100.77", device=f"made up {number}")
    with pytest.raises(TooManyRequests):
        attempt(ann, address="198.51.100.77", device="made up again")


def test_a_stolen_device_cookie_gives_no_endless_guesses(hire: Hire, attempt: Try) -> None:
    ann = hire()
    entered = attempt(ann, PASSWORD, address="203.0.113.30")
    assert isinstance(entered, SignedIn)
    for _ in range(PERSON.free):
        attempt(ann, address="198.51.100.88", device=entered.device)
    with pytest.raises(TooManyRequests):
        attempt(ann, address="198.51.100.88", device=entered.device)


def test_one_network_cannot_go_through_all_accounts(hire: Hire, attempt: Try) -> None:
    for number in range(NETWORK.free):
        stranger = User(email=f"nobody{number}@example.com", name="")
        assert attempt(stranger, address="198.51.101.1") == Refused()
    with pytest.raises(TooManyRequests):
        attempt(hire(), PASSWORD, address="198.51.101.200")


def test_signing_in_oneself_between_guesses_does_not_clear_the_network(
    hire: Hire, attempt: Try
) -> None:
    mallory = hire("Mallory")
    for number in range(NETWORK.free):
        attempt(User(email=f"victim{number}@example.com", name=""), address="198.51.102.1")
        if number % 10 == 0:
            attempt(mallory, PASSWORD, address="198.51.102.2")
    with pytest.raises(TooManyRequests):
        attempt(mallory, PASSWORD, address="198.51.102.2")


def test_guesses_sent_all_at_once_are_counted_one_by_one(hire: Hire, attempt: Try) -> None:
    ann = hire()

    def guess(_: int) -> bool:
        try:
            return attempt(ann, address="198.51.103.1") == Refused()
        except TooManyRequests:
            return False

    with ThreadPoolExecutor(12) as pool:
        looked_at = sum(pool.map(guess, range(24)))
    assert looked_at == PERSON.free


@pytest.mark.parametrize("jump", [timedelta(minutes=5), timedelta(days=30)])
def test_a_clock_that_jumps_back_locks_nobody_out(
    jump: timedelta, hire: Hire, attempt: Try
) -> None:
    ann = hire()
    with time_machine.travel(utc_now(), tick=False) as clock:
        for _ in range(PERSON.free + 1):
            try:
                attempt(ann, address="198.51.104.1")
            except TooManyRequests as refusal:
                clock.shift(timedelta(seconds=refusal.retry_after))
        clock.shift(-jump)
        waited = 0
        while True:
            try:
                assert isinstance(attempt(ann, PASSWORD, address="198.51.104.1"), SignedIn)
                break
            except TooManyRequests as refusal:
                waited += refusal.retry_after
                clock.shift(timedelta(seconds=refusal.retry_after))
        assert waited <= 2 * PERSON.cap


def test_a_day_without_failures_is_a_new_beginning(hire: Hire, attempt: Try) -> None:
    ann = hire()
    with time_machine.travel(utc_now(), tick=False) as clock:
        for _ in range(PERSON.free):
            attempt(ann, address="198.51.105.1")
        clock.shift(throttle.FORGET_AFTER + timedelta(seconds=1))
        for _ in range(PERSON.free):
            assert attempt(ann, address="198.51.105.1") == Refused()


@given(st.sampled_from([PERSON, NETWORK, ANYWHERE]), st.integers(0, 10_000))
def test_the_delay_grows_up_to_its_cap(limit: throttle.Limit, failures: int) -> None:
    assert 0 <= limit.delay(failures) <= limit.delay(failures + 1) <= limit.cap <= 900
