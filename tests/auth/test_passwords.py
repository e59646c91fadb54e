"""Which passwords are accepted, how they are kept, and what a storm of log-ins may cost."""

from __future__ import annotations

import threading

import argon2
import pytest
from argon2 import PasswordHasher

from core.auth import passwords, sign_in, users
from core.auth.client import Client
from core.auth.models import User
from core.auth.sign_in import Refused, SignedIn
from core.errors import InvalidInput, Unavailable
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.auth.conftest import PASSWORD, Hire

CLIENT = Client("192.0.2.1", "acme.localhost")


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "kTz9!fQwe2", "нечего бояться совсем", "0481 2299 7310 5567"],
)
def test_any_kind_of_sign_is_welcome(password: str) -> None:
    passwords.check_new_password(password, about=("ann@example.com", "Ann"))


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "at least 10"),
        ("x" * 257, "at most 256"),
        ("password123", "easy to guess"),
        ("qwertyuiop", "easy to guess"),
        ("aaaaaaaaaaaaaaaa", "easy to guess"),
        ("ann.smith@example.com", "easy to guess"),
        ("Smithsmith", "easy to guess"),
        ("aorabooks1", "easy to guess"),
    ],
)
def test_what_others_would_try_first_is_refused(password: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why) as refusal:
        passwords.check_new_password(password, about=("ann.smith@example.com", "Ann Smith"))
    assert refusal.value.problems[0].field == "password"


def test_a_password_is_kept_as_argon2id_with_the_recommended_cost() -> None:
    stored = passwords.hash_password(PASSWORD)
    parameters = argon2.extract_parameters(stored)
    assert parameters.type is argon2.Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19456, 2, 1)
    assert passwords.verify_password(stored, PASSWORD)
    assert not passwords.verify_password(stored, PASSWORD + " ")


def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    composed, decomposed = "caf\u00e9 au lait noir", "cafe\u0301 au lait noir"
    assert passwords.verify_password(passwords.hash_password(composed), decomposed)


def test_no_account_costs_as_much_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, stored: str | bytes, password: str | bytes) -> bool:
            checked.append(str(stored))
            return super().verify(stored, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting(2, 19 * 1024, 1))
    assert not passwords.verify_password(None, PASSWORD)
    assert len(checked) == 1


def test_an_older_hash_is_renewed_at_the_next_sign_in(
    hire: Hire, kernel: Kernel, tenant: Tenant
) -> None:
    ann = hire()
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with kernel.session(tenant) as session:
        session.get_one(User, ann.id).password_hash = old
    with kernel.session(tenant) as session:
        entered = sign_in.with_password(session, email=ann.email, password=PASSWORD, client=CLIENT)
        assert isinstance(entered, SignedIn)
    with kernel.session(tenant) as session:
        renewed = session.get_one(User, ann.id).password_hash
        assert renewed is not None
        assert not passwords.is_outdated(renewed)
        assert passwords.verify_password(renewed, PASSWORD)


def test_a_user_without_a_password_cannot_sign_in_with_one(
    hire: Hire, kernel: Kernel, tenant: Tenant
) -> None:
    ann = hire(password=None)
    with kernel.session(tenant) as session:
        for guess in ("", "None"):
            found = sign_in.with_password(session, email=ann.email, password=guess, client=CLIENT)
            assert isinstance(found, Refused)


def test_a_storm_of_sign_ins_waits_for_its_turn_and_is_then_sent_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "_SLOTS", threading.BoundedSemaphore(1))
    monkeypatch.setattr(passwords, "_SLOT_SECONDS", 0.01)
    with passwords._slot(), pytest.raises(Unavailable) as refusal:
        passwords.hash_password(PASSWORD)
    assert refusal.value.retry_after > 0
    assert passwords.hash_password(PASSWORD)


def test_a_one_time_password_is_good_enough_and_never_the_same() -> None:
    made = {users.one_time_password() for _ in range(100)}
    assert len(made) == 100
    for password in list(made)[:5]:
        passwords.check_new_password(password)
