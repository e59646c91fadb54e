"""Why Ann may see this and Bob may not: the reasons an administrator gets to read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from core.auth import roles, users
from core.auth.actor import ANONYMOUS, SYSTEM, limited_to
from core.auth.explanation import Explanation, actor_of, explain, explain_for
from core.auth.models import Team, TeamMember, User
from core.auth.permissions import MANAGE_USERS, READ_AUDIT
from core.auth.users import ADMIN_ROLE
from core.declare import Access, RecordRules, Resource
from core.errors import NotFound
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.auth.browser import Browser
from tests.auth.conftest import PASSWORD, Hire

AUDIT = READ_AUDIT.code

MEMBERSHIPS = Resource(
    name="memberships",
    model=TeamMember,
    title="Memberships",
    singular="Membership",
    access=Access(READ_AUDIT),
    columns=(),
    record_title=lambda member: f"Membership {member.id}",
    rules=RecordRules(owner="user_id", team="team_id"),
)


def last(explanation: Explanation) -> str:
    return explanation.reasons[-1].text


def give(session: Session, user: User, scope: str, *, title: str = "Auditor") -> None:
    role = roles.create_role(session, title=title, grants={AUDIT: scope})  # pyright: ignore[reportArgumentType]
    users.set_roles(session, user, [*users.role_codes(session, user), role.code])


@pytest.fixture
def ann(hire: Hire) -> User:
    return hire("Ann")


def test_the_role_that_grants_it_is_named(kernel: Kernel, tenant: Tenant, ann: User) -> None:
    with kernel.session(tenant) as session:
        ann = session.get_one(User, ann.id)
        give(session, ann, "all", title="Head auditor")
        found = explain(session, ann, AUDIT)
        assert found.allowed
        assert [reason.text for reason in found.reasons] == [
            "The account of Ann is active.",
            f"The role Head auditor grants {AUDIT} over all records.",
        ]


def test_an_administrator_holds_everything(kernel: Kernel, tenant: Tenant, hire: Hire) -> None:
    admin = hire("Admin", roles=(ADMIN_ROLE,))
    with kernel.session(tenant) as session:
        found = explain(session, session.get_one(User, admin.id), AUDIT)
        assert found.allowed
        assert last(found) == "The role Administrator holds every permission."


def test_no_role_grants_it(kernel: Kernel, tenant: Tenant, ann: User) -> None:
    with kernel.session(tenant) as session:
        found = explain(session, session.get_one(User, ann.id), AUDIT)
        assert not found.allowed
        assert last(found) == f"No role of Ann grants {AUDIT}; the roles are: none."


def test_an_inactive_account_may_nothing(kernel: Kernel, tenant: Tenant, ann: User) -> None:
    with kernel.session(tenant) as session:
        ann = session.get_one(User, ann.id)
        give(session, ann, "all")
        users.set_active(session, ann, False)
        found = explain(session, ann, AUDIT)
        assert not found.allowed
        assert last(found) == "The account of Ann is inactive."


def test_a_one_time_password_must_go_first(kernel: Kernel, tenant: Tenant, hire: Hire) -> None:
    bob = hire("Bob", must_change_password=True, roles=(ADMIN_ROLE,))
    with kernel.session(tenant) as session:
        found = explain(session, session.get_one(User, bob.id), AUDIT)
        assert not found.allowed
        assert last(found) == "Bob must choose a new password before anything else."


def test_a_token_without_the_ability(kernel: Kernel, tenant: Tenant, ann: User) -> None:
    with kernel.session(tenant) as session:
        ann = session.get_one(User, ann.id)
        give(session, ann, "all")
        token = replace(limited_to(actor_of(session, ann), []), kind="token")
        found = explain(session, token, AUDIT)
        assert not found.allowed
        assert last(found) == f"The API token does not include {AUDIT}."


def test_a_permission_that_nobody_knows(kernel: Kernel, tenant: Tenant, ann: User) -> None:
    with kernel.session(tenant) as session:
        found = explain(session, session.get_one(User, ann.id), "core.nothing.such")
        assert not found.allowed
        assert last(found) == "No installed addon knows core.nothing.such."


def test_an_addon_that_is_not_enabled(kernel: Kernel, tenant: Tenant, ann: User) -> None:
    elsewhere = next(
        owned for owned in kernel.catalog.contributions.permissions if owned.addon != "core"
    )
    with kernel.session(tenant) as session:
        found = explain(session, session.get_one(User, ann.id), elsewhere.item.code)
        assert not found.allowed
        assert f"the addon {elsewhere.addon}, which is not enabled" in last(found)


@pytest.mark.parametrize(("kind", "allowed"), [(ANONYMOUS, False), (SYSTEM, True)])
def test_nobody_and_the_system(kind: object, allowed: bool, kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        assert explain(session, kind, AUDIT).allowed is allowed  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("scope", "mine", "allowed"),
    [("all", False, True), ("own", True, True), ("own", False, False), ("team", True, True)],
)
def test_the_rule_that_reaches_a_record_is_told(
    scope: str, mine: bool, allowed: bool, kernel: Kernel, tenant: Tenant, ann: User, hire: Hire
) -> None:
    bob = hire("Bob")
    with kernel.session(tenant) as session:
        ann = session.get_one(User, ann.id)
        give(session, ann, scope)
        team = Team(name=f"Team {ann.id}")
        session.add(team)
        session.flush()
        member = TeamMember(user_id=ann.id if mine else bob.id, team_id=team.id)
        session.add(member)
        session.flush()
        found = explain(session, ann, AUDIT, MEMBERSHIPS, member)
        assert found.allowed is allowed
        assert f"Membership {member.id}" in last(found)
        held = {"own": "Ann" if mine else "Bob", "team": f"Team {ann.id}"}
        assert held.get(scope, "") in last(found)


def test_a_scope_that_means_nothing_here_reaches_nothing(
    kernel: Kernel, tenant: Tenant, ann: User
) -> None:
    with kernel.session(tenant) as session:
        ann = session.get_one(User, ann.id)
        give(session, ann, "branch")
        found = explain(session, ann, AUDIT, MEMBERSHIPS, TeamMember(id=1))
        assert not found.allowed
        assert "cannot be told apart by branch" in last(found)


def test_the_same_is_asked_by_names(kernel: Kernel, tenant: Tenant, hire: Hire) -> None:
    admin = hire("Admin", roles=(ADMIN_ROLE,))
    with kernel.session(tenant) as session:
        found = explain_for(session, admin.email, MANAGE_USERS.code, "core.users", str(admin.id))
        assert found.allowed
        assert found.as_dict()["reasons"][-1]["holds"] is True
        for unknown in (
            ("nobody@example.com", AUDIT),
            (admin.email, AUDIT, "core.nothing"),
            (admin.email, AUDIT, "core.users", "999999"),
            (admin.email, AUDIT, "core.users", "x"),
        ):
            with pytest.raises(NotFound):
                explain_for(session, *unknown)


def test_the_page_and_its_json_say_the_same(hire: Hire, browser: Browser) -> None:
    admin, ann = hire("Admin", roles=(ADMIN_ROLE,)), hire()
    browser.sign_in(admin.email, PASSWORD)
    asked = f"/settings/explain?user={ann.email}&permission={AUDIT}"
    page = browser.get(asked)
    assert page.status_code == 200
    answer = browser.get(asked, Accept="application/json").json()
    assert answer["allowed"] is False
    assert "Not allowed" in page.text
    for reason in answer["reasons"]:
        assert reason["text"] in page.text
