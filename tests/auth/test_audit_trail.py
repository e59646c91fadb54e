"""The audit trail of users and roles: who changed what, read by a person, rewritten by nobody."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from core.auth import reset, users
from core.auth.audit_trail import history
from core.auth.models import User
from core.auth.users import ADMIN_ROLE
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.auth import audit
from tests.auth.browser import Browser
from tests.auth.conftest import PASSWORD, Acting, Hire


def test_a_change_says_who_what_from_and_to(
    hire: Hire, acting: Acting, kernel: Kernel, tenant: Tenant
) -> None:
    admin, ann = hire("Admin", roles=(ADMIN_ROLE,)), hire()
    with acting(admin) as session:
        user = session.get_one(User, ann.id)
        users.change_user(session, user, email=ann.email, name="Ann Smith")
    with kernel.session(tenant) as session:
        newest, *_, made = history(session, "core.user_account", ann.id)
    assert (newest.who, newest.operation) == ("Admin", "update")
    assert [(f.field, f.before, f.after) for f in newest.fields] == [("name", "Ann", "Ann Smith")]
    assert (made.who, made.operation) == ("system", "insert")


def test_a_password_is_noted_and_not_shown(
    hire: Hire, acting: Acting, kernel: Kernel, tenant: Tenant
) -> None:
    ann = hire()
    with acting(ann) as session:
        users.set_password(session, session.get_one(User, ann.id), "a quiet river at dusk")
    with kernel.session(tenant) as session:
        newest = history(session, "core.user_account", ann.id)[0]
        trail = str(session.execute(text("SELECT changes::text FROM core.audit_log")).all())
    assert [(field.field, field.hidden) for field in newest.fields] == [("password_hash", True)]
    assert "$argon2id$" not in trail


def test_what_a_person_changes_while_signing_in_is_theirs(
    hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant
) -> None:
    bob = hire("Bob", password=None)
    with kernel.session(tenant) as session:
        link = reset.reset_link(session, session.get_one(User, bob.id), origin=browser.origin)
    token = link.partition("=")[2]
    browser.get(f"/reset?token={token}")
    form = {"token": token, "password": "a quiet river at dusk"}
    assert browser.post("/reset", form).status_code == 303
    with kernel.session(tenant) as session:
        newest = history(session, "core.user_account", bob.id)[0]
    assert (newest.who, [field.field for field in newest.fields]) == ("Bob", ["password_hash"])


def test_roles_given_and_taken_are_in_the_trail(hire: Hire, kernel: Kernel, tenant: Tenant) -> None:
    hire("Boss", roles=(ADMIN_ROLE,))
    ann = hire("Ann", roles=(ADMIN_ROLE,))
    with kernel.session(tenant) as session:
        users.set_roles(session, session.get_one(User, ann.id), [])
    with kernel.session(tenant) as session:
        operations = session.execute(
            text(
                "SELECT operation FROM core.audit_log WHERE table_name = 'core.user_role'"
                " AND (changes -> 'user_id' @> to_jsonb(CAST(:id AS bigint))) ORDER BY id"
            ),
            {"id": ann.id},
        )
        assert list(operations.scalars()) == ["insert", "delete"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core.audit_log SET actor = 'nobody'",
        "DELETE FROM core.audit_log",
        "TRUNCATE core.audit_log",
        "ALTER TABLE core.user_account DISABLE TRIGGER ALL",
    ],
)
def test_the_application_cannot_rewrite_it(statement: str, kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            session.execute(text(statement))
        session.rollback()


def test_the_page_shows_a_record_s_changes_to_who_may_read_them(
    hire: Hire, browser: Browser
) -> None:
    admin, ann = hire("Admin", roles=(ADMIN_ROLE,)), hire("Annabel")
    browser.sign_in(admin.email, PASSWORD)
    page = browser.get(f"/settings/audit?table=core.user_account&id={ann.id}")
    assert "Annabel" in page.text
    assert "not shown" in page.text
    browser.get("/account")
    browser.post("/logout")
    browser.sign_in(ann.email, PASSWORD)
    assert browser.get("/settings/audit").status_code == 403


def test_the_page_leads_on_to_older_changes(
    hire: Hire, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PAGE_SIZE", 3)
    admin = hire("Admin", roles=(ADMIN_ROLE,))
    browser.sign_in(admin.email, PASSWORD)
    browser.get("/account")
    for number in range(4):
        browser.post("/account", {"name": f"Admin {number}", "locale": ""})
    first = browser.get(f"/settings/audit?table=core.user_account&id={admin.id}").text
    assert "Admin 3" in first
    assert "made" not in first
    older = re.search(r'href="([^"]*before=[^"]*)"', first)
    assert older
    second = browser.get(html.unescape(older[1])).text
    assert "made" in second
    assert "Admin 2" not in second
