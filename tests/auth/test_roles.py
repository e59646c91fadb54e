"""Roles: what addons ship, what the company's admin makes of it, and who may give what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.addons import lifecycle
from core.addons.catalog import CatalogView, Owned
from core.addons.states import view
from core.auth import roles, users
from core.auth.models import Role, User
from core.auth.users import ADMIN_ROLE
from core.db.session import binding
from core.declare import Role as DeclaredRole
from core.errors import Conflict, Forbidden, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.auth.browser import Browser
from tests.auth.conftest import PASSWORD, Acting, Hire, OpenBrowser

USERS, ROLES, AUDIT = "core.user.manage", "core.role.manage", "core.audit.read"


@pytest.fixture
def session(kernel: Kernel, tenant: Tenant) -> Iterator[Session]:
    with kernel.session(tenant) as session:
        yield session
        session.rollback()


def grants_of(role: Role) -> dict[str, str]:
    return {granted.permission: granted.scope for granted in role.permissions}


def ship(session: Session, *permissions: str) -> Role:
    """Let an addon ship the role of a clerk with these permissions, and sync."""
    kernel = binding(session).context["kernel"]
    declared = view(session).all
    clerk = Owned("core", DeclaredRole("core.clerk", "Clerk", permissions))
    shipped = CatalogView(view(session).enabled, replace(declared, roles=(*declared.roles, clerk)))

    class Shipping:
        addons = kernel.catalog.addons

        def view(self, enabled: frozenset[str]) -> CatalogView:
            return shipped

    binding(session).context["kernel"] = replace(kernel, catalog=Shipping())
    try:
        roles.sync_roles(session)
    finally:
        binding(session).context["kernel"] = kernel
    return session.scalars(select(Role).where(Role.code == "core.clerk")).one()


def test_a_new_company_has_the_administrator_s_role(session: Session) -> None:
    (admin,) = [role for role in roles.all_roles(session) if role.code == ADMIN_ROLE]
    assert (admin.addon, admin.unlimited) == ("core", True)


def test_hook_addons_changed_brings_in_the_roles_of_the_addons(kernel: Kernel) -> None:
    with fresh_tenant(kernel, "roles-come-back", addons=()) as tenant:
        with kernel.session(tenant) as session:
            session.execute(delete(Role))
        with kernel.session(tenant, role="owner") as session:
            kernel.catalog.call("addons_changed", "core", session=session)
        with kernel.session(tenant) as session:
            assert ADMIN_ROLE in [role.code for role in roles.all_roles(session)]
        assert lifecycle.upgrade(kernel, tenant).suspended == {}


def test_what_the_admin_changed_survives_an_upgrade(session: Session) -> None:
    role = ship(session, USERS, AUDIT)
    assert grants_of(role) == {USERS: "all", AUDIT: "all"}
    roles.set_grants(session, role, {USERS: "own", ROLES: "all"})
    role = ship(session, USERS, AUDIT)
    assert grants_of(role) == {USERS: "own", ROLES: "all"}


def test_an_upgrade_adds_what_is_new_and_takes_away_what_is_gone(session: Session) -> None:
    ship(session, USERS)
    assert grants_of(ship(session, USERS, AUDIT)) == {USERS: "all", AUDIT: "all"}
    assert grants_of(ship(session, AUDIT)) == {AUDIT: "all"}


def test_permissions_of_an_addon_that_is_off_stay_in_the_role(session: Session) -> None:
    role = ship(session, USERS, "sales.order.confirm")
    roles.set_grants(session, role, {AUDIT: "team"})
    assert grants_of(role) == {AUDIT: "team", "sales.order.confirm": "all"}


def test_what_no_addon_knows_cannot_be_granted(session: Session) -> None:
    with pytest.raises(InvalidInput, match="no permission"):
        roles.create_role(session, title="Clerk", grants={"core.nothing.such": "all"})
    with pytest.raises(InvalidInput, match="no scope"):
        roles.create_role(session, title="Clerk", grants={USERS: "everything"})  # pyright: ignore[reportArgumentType]


def test_roles_of_one_s_own_get_codes_of_their_own(session: Session) -> None:
    made = [roles.create_role(session, title="Shop Clerk", grants={}) for _ in range(2)]
    arabic = roles.create_role(session, title="محاسب", grants={})
    assert [role.code for role in (*made, arabic)] == [
        "own.shop_clerk",
        "own.shop_clerk_2",
        "own.role",
    ]


def test_a_role_in_use_or_of_an_addon_is_not_deleted(session: Session, hire: Hire) -> None:
    role = roles.create_role(session, title="Clerk", grants={})
    users.set_roles(session, session.get_one(User, hire().id), [role.code])
    with pytest.raises(Conflict, match="held by users"):
        roles.delete_role(session, role)
    with pytest.raises(Conflict, match="comes with an addon"):
        roles.delete_role(session, ship(session))


def test_the_last_administrator_stays_one(kernel: Kernel) -> None:
    with fresh_tenant(kernel, "last-admin", addons=()) as tenant, kernel.session(tenant) as session:
        only = users.create_user(
            session, email="a@example.com", name="A", password=PASSWORD, roles=[ADMIN_ROLE]
        )
        with pytest.raises(Conflict, match="last administrator"):
            users.set_roles(session, only, [])
        session.rollback()


def test_the_last_administrator_stays_active(kernel: Kernel) -> None:
    with (
        fresh_tenant(kernel, "last-active", addons=()) as tenant,
        kernel.session(tenant) as session,
    ):
        only = users.create_user(
            session, email="a@example.com", name="A", password=PASSWORD, roles=[ADMIN_ROLE]
        )
        with pytest.raises(Conflict, match="last administrator"):
            users.set_active(session, only, False)
        session.rollback()


@pytest.fixture
def manager(hire: Hire, kernel: Kernel, tenant: Tenant) -> User:
    """Somebody who manages users and roles and holds nothing else."""
    with kernel.session(tenant) as session:
        role = roles.create_role(session, title="Manager", grants={USERS: "all", ROLES: "all"})
    return hire("Manager", roles=(role.code,))


def test_who_manages_users_makes_nobody_an_administrator(
    manager: User, hire: Hire, acting: Acting
) -> None:
    ann = hire()
    for who in (manager, ann):
        with acting(manager) as session, pytest.raises(Forbidden, match="Only an administrator"):
            users.set_roles(session, session.get_one(User, who.id), [ADMIN_ROLE])


def test_who_manages_users_takes_over_no_administrator(
    manager: User, hire: Hire, acting: Acting
) -> None:
    admin = hire("Admin", roles=(ADMIN_ROLE,))
    with acting(manager) as session:
        victim = session.get_one(User, admin.id)
        with pytest.raises(Forbidden, match="may do more than you"):
            users.change_user(session, victim, email=manager.email, name="Admin")
        with pytest.raises(Forbidden, match="may do more than you"):
            users.set_active(session, victim, False)


def test_the_doors_of_these_are_shut_too(
    manager: User, hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant
) -> None:
    admin = hire("Admin", roles=(ADMIN_ROLE,))
    browser.sign_in(manager.email, PASSWORD)
    browser.get("/account")
    assert browser.post(f"/settings/users/{admin.id}/link").status_code == 403
    with kernel.session(tenant) as session:
        admin_role = session.scalars(select(Role.id).where(Role.code == ADMIN_ROLE)).one()
    form = {"title": "Mine", f"scope:{AUDIT}": "all"}
    assert browser.post("/settings/roles/new", form).status_code == 403
    assert browser.post(f"/settings/roles/{admin_role}", {"title": "Mine"}).status_code == 403


def test_a_role_is_given_with_no_more_than_one_holds(manager: User, acting: Acting) -> None:
    with acting(manager) as session:
        roles.create_role(session, title="Helper", grants={USERS: "team"})
        with pytest.raises(Forbidden, match=AUDIT):
            roles.create_role(session, title="Auditor", grants={AUDIT: "own"})


def test_a_new_role_works_within_a_second_and_without_signing_in_again(
    hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant
) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    assert browser.get("/settings/audit").status_code == 403
    with kernel.session(tenant) as session:
        role = roles.create_role(session, title="Auditor", grants={AUDIT: "all"})
        users.set_roles(session, session.get_one(User, ann.id), [role.code])
    assert browser.get("/settings/audit").status_code == 200


def test_becoming_an_administrator_ends_older_sessions(
    hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant
) -> None:
    ann = hire()
    browser.sign_in(ann.email, PASSWORD)
    with kernel.session(tenant) as session:
        users.set_roles(session, session.get_one(User, ann.id), [ADMIN_ROLE])
    assert browser.get("/account").status_code == 303


def test_the_matrix_is_saved_as_it_is_ticked(
    hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant
) -> None:
    admin = hire("Admin", roles=(ADMIN_ROLE,))
    browser.sign_in(admin.email, PASSWORD)
    browser.get("/settings/roles/new")
    form = {"title": "Front office", f"scope:{USERS}": "team", f"scope:{ROLES}": ""}
    assert browser.post("/settings/roles/new", form).status_code == 303
    with kernel.session(tenant) as session:
        made = session.scalars(select(Role).where(Role.title == "Front office")).one()
        assert grants_of(made) == {USERS: "team"}
    page = browser.get(f"/settings/roles/{made.id}").text
    assert f'name="scope:{USERS}" value="team"' in page
    assert browser.post(f"/settings/roles/{made.id}/delete").status_code == 303


def test_a_user_is_made_and_given_roles_in_one_form(
    hire: Hire, browser: Browser, kernel: Kernel, tenant: Tenant
) -> None:
    admin = hire("Admin", roles=(ADMIN_ROLE,))
    with kernel.session(tenant) as session:
        role = roles.create_role(session, title="Front desk", grants={AUDIT: "all"})
    browser.sign_in(admin.email, PASSWORD)
    browser.get("/account")
    sent = {
        "name": "New Comer",
        "email": f"new{role.id}@example.com",
        "role_links": [{"role_id": role.id}],
    }
    made = browser.post_json("/api/v1/core/users", sent)
    assert made.status_code == 201, made.text
    with kernel.session(tenant) as session:
        user = users.find_by_email(session, sent["email"])
        assert user is not None
        assert users.role_codes(session, user) == [role.code]
        assert user.password_hash is None


def test_an_administrator_shuts_somebody_out_and_lets_them_in_again(
    hire: Hire, browser: Browser, open_browser: OpenBrowser
) -> None:
    admin, ann = hire("Admin", roles=(ADMIN_ROLE,)), hire()
    hers = open_browser()
    hers.sign_in(ann.email, PASSWORD)
    browser.sign_in(admin.email, PASSWORD)
    browser.get("/account")
    action = f"/api/v1/core/users/{ann.id}/actions"
    assert browser.post_json(f"{action}/deactivate", {}).status_code == 200
    assert hers.get("/account").status_code == 303
    assert hers.sign_in(ann.email, PASSWORD).status_code == 422
    assert browser.post_json(f"{action}/activate", {}).status_code == 200
    assert hers.sign_in(ann.email, PASSWORD).status_code == 303
