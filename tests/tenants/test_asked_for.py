"""What operators ask for on the pages and through the API is done by a worker: an upgrade that is
tried on a copy, and new credentials of a company while people work in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.addons.options import set_options
from core.auth.users import ADMIN_ROLE
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.keys import jobs
from tenants.keys.options import KeyOptions
from tenants.provisioning import roles, rotate
from tenants.provisioning.create import create_tenant
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tenants.wishes import NewOrganization
from tests.jobs.world import wait_until, working


@pytest.fixture
def operator(kernel: Kernel, transport: AppTransport) -> Iterator[httpx.Client]:
    with open_browser(transport, "app.localhost") as browser:
        sign_in(kernel, control(kernel), browser, [ADMIN_ROLE])
        yield browser


@pytest.fixture
def company(kernel: Kernel) -> Tenant:
    return create_tenant(kernel, NewOrganization("asked-for", addons=()))


def press(operator: httpx.Client, path: str, **fields: str) -> str:
    page = operator.get("/tenants/upgrades").text
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token is not None
    sent = {**fields, "csrf_token": token[1]}
    return operator.post(f"/tenants/{path}", data=sent, follow_redirects=True).text


def works(kernel: Kernel, company: Tenant) -> bool:
    with kernel.session(company) as session:
        return session.execute(text("SELECT 1")).scalar() == 1


def test_what_is_asked_for_is_done_while_people_work(
    kernel: Kernel,
    operator: httpx.Client,
    company: Tenant,
    admin: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rotate, "SETTLED_AFTER", 0.1)
    assert "There is no tenant" in press(operator, "upgrades/rehearsals", slug="nobody")
    assert "has begun" in press(operator, "upgrades/rehearsals", slug=company.slug)
    assert "is under way" in press(operator, "upgrades/rehearsals", slug=company.slug)
    rehearsals = "/tenants/upgrades/rehearsals"
    assert "hx-trigger" in operator.get(rehearsals).text
    call = f"/api/v1/tenants/organizations/{company.id}/credentials"
    asked = operator.post(call, headers={"Idempotency-Key": "credentials-1"})
    assert asked.status_code == 202, asked.text
    again = press(operator, f"organizations/{company.id}/credentials")
    assert "People can go on working" in again, "asked twice, it is done once"

    def renewed() -> bool:
        known = kernel.directory.find_id(company.id)
        assert known is not None
        assert works(kernel, known)
        current = [known.owner.user, known.runtime.user]
        there = roles.roles_of(admin, company.runtime.database)
        return company.runtime.user not in there and sorted(current) == there

    with working(kernel):
        wait_until(renewed, "the old credentials are gone")
        wait_until(
            lambda: "Show the report" in operator.get(f"{rehearsals}?watched=yes").text,
            "the rehearsal",
        )
    assert "passed" in operator.get("/tenants/upgrades").text

    with kernel.session(control(kernel)) as session:
        set_options(session, KeyOptions, credential_days=30)
        assert due(session) == set(), "nobody's are that old"
        session.execute(
            text(
                "UPDATE tenants.organization SET credentials_at = now() - interval '31 days'"
                " WHERE id = :id"
            ),
            {"id": company.id},
        )
        assert due(session) == {company.id}
        session.rollback()


def due(session: Session) -> set[str]:
    """Whom the hourly job asks new credentials for."""
    jobs._ask_for_the_old(session)
    rows = session.execute(
        text(
            "SELECT arguments->>'organization_id' FROM core.job"
            " WHERE name = :name AND state = 'queued'"
        ),
        {"name": jobs.RENEW},
    )
    return set(rows.scalars())
