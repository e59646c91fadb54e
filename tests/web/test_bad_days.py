"""The database goes away, every connection is taken, a company is behind: what its people see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from sqlalchemy import text

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from core.web.templating import Templates
from tenants.testing.tenants import fresh_tenant

SignIn = Callable[..., httpx.Client]


@pytest.fixture
def dara(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "dara") as tenant:
        yield tenant


def test_a_connection_lost_in_the_middle_of_a_request_saves_nothing(admin: httpx.Client) -> None:
    answer = admin.post("/webprobe/lose")
    assert answer.status_code == 503
    assert "Nothing was saved" in answer.text
    assert int(answer.headers["retry-after"]) > 0
    assert "before the connection" not in admin.get("/webprobe/download").text


def test_a_connection_that_was_lost_beside_the_request_is_no_defect(admin: httpx.Client) -> None:
    answer = admin.post("/webprobe/lose-outside")
    assert answer.status_code == 503
    assert "It may have been saved" in answer.text
    assert int(answer.headers["retry-after"]) > 0


def test_with_every_connection_taken_a_company_is_told_to_come_back(
    kernel: Kernel, acme: Tenant, admin: httpx.Client
) -> None:
    broker = kernel.engine.broker
    with ExitStack() as stack:
        for _ in range(45):  # the share of one company in a budget of 60
            held = broker.checkout(acme.runtime)
            stack.callback(broker.give_back, held, keep=False)
        refused = admin.get("/webprobe/hello")
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        assert "busy" in refused.text
    assert admin.get("/webprobe/hello").status_code == 200


def test_a_company_that_is_behind_is_upgraded_by_its_first_request(
    kernel: Kernel, sign_in_at: SignIn, dara: Tenant
) -> None:
    browser = sign_in_at(dara)
    with kernel.session(dara, role="owner") as session:
        session.execute(text("DROP SCHEMA webprobe CASCADE"))
        session.execute(text("UPDATE core.addon SET head = NULL WHERE name = 'webprobe'"))
    kernel.states.forget(dara.id)
    assert browser.get("/api/v1/webprobe/count").json() == {"items": 0}


def test_a_write_is_not_lost_when_the_company_is_behind(
    kernel: Kernel, sign_in_at: SignIn, dara: Tenant
) -> None:
    browser = sign_in_at(dara)
    with kernel.session(dara, role="owner") as session:
        session.execute(text("DROP SCHEMA webprobe CASCADE"))
        session.execute(text("UPDATE core.addon SET head = NULL WHERE name = 'webprobe'"))
    kernel.states.forget(dara.id)
    added = browser.post("/api/v1/webprobe/items", json={"name": "first after the upgrade"})
    assert added.status_code == 201
    assert browser.get("/api/v1/webprobe/count").json() == {"items": 1}


def test_an_error_while_telling_an_error_still_gives_a_number(
    app: Application, admin: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError("the template is broken: hunter2")

    monkeypatch.setattr(Templates, "plain", broken)
    answer = admin.get("/webprobe/boom", headers={"x-request-id": "very-last-resort"})
    assert answer.status_code == 500
    assert "very-last-resort" in answer.text
    assert "hunter2" not in answer.text
