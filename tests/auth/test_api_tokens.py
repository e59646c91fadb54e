"""API tokens: a program does a part of what its user may, until the token ends.

Through the JSON API of the users, which asks for core.user.manage to read and to write.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.auth import api_tokens, users
from core.auth.actor import Actor, Scope, limited_to
from core.auth.actors import TTL, ActorCache
from core.auth.credentials import Credential
from core.auth.holdings import SCOPES
from core.auth.models import ApiToken, ApiTokenUse, User
from core.db.base import utc_now
from core.errors import InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.auth.browser import Browser
from tests.auth.conftest import PASSWORD, Hire

MANAGE = "core.user.manage"
Make = Callable[..., str]


@pytest.fixture
def make(kernel: Kernel, tenant: Tenant) -> Make:
    def make_(user: User, *abilities: str, days: int | None = 30) -> str:
        expires_at = None if days is None else utc_now() + timedelta(days=days)
        with kernel.session(tenant) as session:
            made = api_tokens.create_token(
                session,
                session.get_one(User, user.id),
                name="Till 3",
                abilities=abilities,
                expires_at=expires_at,
            )
            return made.secret

    return make_


def call(browser: Browser, token: str, path: str = "/api/v1/core/users") -> httpx.Response:
    return browser.get(path, Authorization=f"Bearer {token}", Accept="application/json")


def test_a_token_is_shown_once_and_kept_as_a_hash(
    hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant
) -> None:
    admin = hire("Admin", roles=("core.admin",))
    browser.sign_in(admin.email, PASSWORD)
    browser.get("/account/tokens/new")
    form = {"name": "Till 3", "days": "90", "abilities": [MANAGE]}
    shown = browser.post("/account/tokens/new", form)
    found = re.search(r"key_[0-9a-f]{8}_[\w-]{43}", shown.text)
    assert found
    assert call(browser, found[0]).status_code == 200
    assert found[0] not in browser.get("/account").text
    assert found[0][:12] in browser.get("/account").text
    with kernel.session(tenant) as session:
        rows = str(session.execute(select(ApiToken.__table__)).all())
    assert found[0] not in rows
    assert found[0][14:] not in rows


def test_a_token_does_only_what_it_was_made_for(hire: Hire, browser: Browser, make: Make) -> None:
    admin = hire("Admin", roles=("core.admin",))
    assert call(browser, make(admin, MANAGE)).status_code == 200
    refused = call(browser, make(admin, "core.audit.read"))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def test_a_token_ends_with_the_rights_of_its_user(
    hire: Hire, browser: Browser, make: Make, kernel: Kernel, tenant: Tenant
) -> None:
    hire("Boss", roles=("core.admin",))
    admin = hire("Admin", roles=("core.admin",))
    token = make(admin, MANAGE)
    assert call(browser, token).status_code == 200
    with kernel.session(tenant) as session:
        users.set_roles(session, session.get_one(User, admin.id), [])
    assert call(browser, token).status_code == 403
    with kernel.session(tenant) as session:
        users.set_active(session, session.get_one(User, admin.id), False)
    assert call(browser, token).status_code == 401


def test_a_token_expires(hire: Hire, browser: Browser, make: Make, kernel: Kernel) -> None:
    token = make(hire("Admin", roles=("core.admin",)), MANAGE, days=30)
    with time_machine.travel(utc_now() + timedelta(days=30, seconds=1), tick=False):
        assert call(browser, token).status_code == 401


def test_a_token_without_an_end_goes_on(hire: Hire, browser: Browser, make: Make) -> None:
    token = make(hire("Admin", roles=("core.admin",)), MANAGE, days=None)
    with time_machine.travel(utc_now() + timedelta(days=3000), tick=False):
        assert call(browser, token).status_code == 200


def test_a_revoked_token_is_refused_everywhere_within_a_second(
    hire: Hire, browser: Browser, make: Make, kernel: Kernel, tenant: Tenant
) -> None:
    admin = hire("Admin", roles=("core.admin",))
    secret = make(admin, MANAGE)
    now = [0.0]
    elsewhere = ActorCache(clock=lambda: now[0])
    credential = Credential("token", secret, f"{tenant.slug}.localhost")
    assert elsewhere.find(kernel.engine, tenant, credential).may(MANAGE)
    browser.sign_in(admin.email, PASSWORD)
    with kernel.session(tenant) as session:
        mine = select(ApiToken.id).where(ApiToken.prefix == secret.split("_")[1])
        token_id = session.scalar(mine)
    browser.get("/account")
    assert browser.post(f"/account/tokens/{token_id}/revoke").status_code == 303
    assert call(browser, secret).status_code == 401  # in this process at once
    now[0] += TTL
    assert TTL < 1
    assert elsewhere.find(kernel.engine, tenant, credential).kind == "anonymous"


def test_nobody_revokes_somebody_else_s_token(
    hire: Hire, make: Make, kernel: Kernel, tenant: Tenant
) -> None:
    admin, bob = hire("Admin", roles=("core.admin",)), hire("Bob")
    secret = make(admin, MANAGE)
    with kernel.session(tenant) as session:
        token = session.scalars(select(ApiToken).order_by(ApiToken.id.desc())).first()
        assert token is not None
        assert secret.split("_")[1] == token.prefix
        assert not api_tokens.revoke_token(session, bob.id, token.id)


def test_a_token_is_asked_for_what_its_user_lacks(hire: Hire, make: Make) -> None:
    with pytest.raises(InvalidInput, match="does not hold"):
        make(hire(), MANAGE)
    with pytest.raises(InvalidInput, match="no permission"):
        make(hire(), "core.nothing.such")
    with pytest.raises(InvalidInput, match="Choose what"):
        make(hire())
    with pytest.raises(InvalidInput, match="expired already"):
        make(hire("Admin", roles=("core.admin",)), MANAGE, days=-1)


def test_a_token_cannot_change_the_account_it_belongs_to(
    hire: Hire, browser: Browser, make: Make
) -> None:
    token = make(hire("Admin", roles=("core.admin",)), MANAGE)
    form = {"current": PASSWORD, "password": "a quiet river at dusk"}
    refused = browser.post("/account/password", form, Authorization=f"Bearer {token}")
    assert refused.status_code == 403


def test_no_form_token_is_asked_of_a_program(hire: Hire, browser: Browser, make: Make) -> None:
    token = make(hire("Admin", roles=("core.admin",)), MANAGE)
    made = browser.post_json("/api/v1/core/teams", {"name": f"Team of {token[4:12]}"}, token=token)
    assert made.status_code == 201, made.text


def test_use_is_noted_at_most_once_a_minute(
    hire: Hire, browser: Browser, make: Make, kernel: Kernel, tenant: Tenant
) -> None:
    secret = make(hire("Admin", roles=("core.admin",)), MANAGE)
    start = utc_now()

    def last_used() -> object:
        kernel.actors.forget(tenant.id)
        call(browser, secret)
        with kernel.session(tenant) as session:
            mine = select(ApiTokenUse.last_used_at).join(
                ApiToken, ApiToken.id == ApiTokenUse.token_id
            )
            return session.scalar(mine.where(ApiToken.prefix == secret.split("_")[1]))

    with time_machine.travel(start, tick=False) as clock:
        assert last_used() == start
        clock.shift(timedelta(seconds=59))
        assert last_used() == start
        clock.shift(timedelta(seconds=1))
        assert last_used() == start + timedelta(seconds=60)


codes = st.sampled_from(["a.x.read", "a.x.write", "b.y.read", "b.y.post"])
grants = st.dictionaries(codes, st.sampled_from(SCOPES))


@given(grants, st.booleans(), st.lists(codes), codes)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_token_never_reaches_beyond_its_user(
    held: dict[str, Scope], unlimited: bool, abilities: list[str], asked: str
) -> None:
    user = Actor("user", "Ann", 1, grants=held, unlimited=unlimited)
    token = limited_to(user, abilities)
    assert token.may(asked) == (user.may(asked) and asked in abilities)
    if token.may(asked):
        assert token.scope(asked) == user.scope(asked)
