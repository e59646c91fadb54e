"""An auditor is let in until a day: from then on no request of theirs is answered and no sign-in
begins, without anybody having to think of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.auth import roles, users
from core.auth.models import User, UserRole
from core.auth.users import ADMIN_ROLE
from core.db.base import utc_now
from core.errors import Conflict
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.auth.browser import Browser
from tests.auth.conftest import PASSWORD, OpenBrowser

USERS = "core.user.manage"


def _let_in(kernel: Kernel, tenant: Tenant, name: str, days: int) -> int:
    """Somebody who may look after users for so many days."""
    with kernel.session(tenant) as session:
        role = roles.create_role(session, title=f"Helper {name}", grants={USERS: "all"})
        user = users.create_user(
            session,
            email=f"{name}@example.com",
            name=name,
            password=PASSWORD,
            roles=[role.code],
            until={role.code: utc_now() + timedelta(days=days)},
        )
        return user.id


def _end(kernel: Kernel, tenant: Tenant, user_id: int) -> None:
    with kernel.session(tenant) as session:
        ended = utc_now() - timedelta(minutes=1)
        session.execute(
            update(UserRole).where(UserRole.user_id == user_id).values(expires_at=ended)
        )
    kernel.actors.forget(tenant.id)


def test_access_ends_by_itself_in_the_middle_of_a_session(
    kernel: Kernel, tenant: Tenant, open_browser: OpenBrowser
) -> None:
    user_id = _let_in(kernel, tenant, "salma", 30)
    browser: Browser = open_browser()
    browser.sign_in("salma@example.com", PASSWORD)
    assert browser.get("/core/users").status_code == 200
    _end(kernel, tenant, user_id)
    assert browser.get("/core/users").status_code == 403
    again: Browser = open_browser()
    answer = again.sign_in("salma@example.com", PASSWORD)
    assert answer.status_code == 403
    assert "Your access ended" in answer.text


def test_the_end_is_given_shown_and_moved_with_the_role(
    kernel: Kernel, tenant: Tenant, open_browser: OpenBrowser
) -> None:
    user_id = _let_in(kernel, tenant, "boss", 400)
    browser: Browser = open_browser()
    browser.sign_in("boss@example.com", PASSWORD)
    address = f"/api/v1/core/users/{user_id}"
    shown = browser.get(address).json()
    (line,) = shown["role_links"]
    assert line["expires_at"]
    assert "Until" in browser.get(f"/core/users/{user_id}").text
    with kernel.session(tenant) as session:
        user = session.get_one(User, user_id)
        before = session.scalars(select(UserRole).where(UserRole.user_id == user_id)).one()
        (code,) = users.role_codes(session, user)
        users.set_roles(session, user, [code])
        assert before.expires_at is not None, "who gives roles alone moves no end"
        users.set_roles(session, user, [code], {code: None})
        assert before.expires_at is None
        session.rollback()


def test_an_administrator_for_a_while_is_not_the_one_who_stays(kernel: Kernel) -> None:
    with (
        fresh_tenant(kernel, "admins-for-a-while", addons=()) as tenant,
        kernel.session(tenant) as session,
    ):
        made = [
            users.create_user(
                session, email=f"{name}@example.com", name=name, password=PASSWORD,
                roles=[ADMIN_ROLE], until={ADMIN_ROLE: until},
            )
            for name, until in (("owner", None), ("guest", utc_now() + timedelta(days=9)))
        ]  # fmt: skip
        with pytest.raises(Conflict, match="last administrator"):
            users.set_roles(session, made[0], [])
        session.rollback()
