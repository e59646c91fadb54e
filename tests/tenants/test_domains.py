"""A domain of a company's own: claimed, proved by a record or a file, and only then served."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from core.addons.options import set_options
from core.auth.users import ADMIN_ROLE
from core.errors import Conflict, InvalidInput
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.domains import claims, rechecking
from tenants.domains.proofs import PATH, FileProof, read_servers
from tenants.life_models import DomainClaim
from tenants.life_options import LifeOptions
from tenants.models import Domain, Organization
from tenants.selling import resellers
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.auth.mail_server import mail_server
from tests.tenants.name_server import NameServer, name_server
from tests.waiting import wait_until


@pytest.fixture
def names(kernel: Kernel) -> Iterator[NameServer]:
    with name_server() as server:
        with kernel.session(control(kernel)) as session:
            set_options(session, LifeOptions, nameservers=server.address)
        yield server
        with kernel.session(control(kernel)) as session:
            set_options(session, LifeOptions, nameservers="")


@pytest.fixture
def operator(kernel: Kernel, transport: AppTransport) -> Iterator[httpx.Client]:
    with open_browser(transport, "app.localhost") as browser:
        sign_in(kernel, control(kernel), browser, [ADMIN_ROLE])
        yield browser


Post = Callable[..., httpx.Response]


@pytest.fixture
def post(operator: httpx.Client) -> Post:
    keys = iter(range(100))

    def post(path: str, wish: dict[str, Any] | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": f"domains-{next(keys)}"}
        return operator.post(f"/api/v1/tenants/domain-claims{path}", json=wish, headers=headers)

    return post


def may_issue(transport: AppTransport, domain: str) -> int:
    with open_browser(transport, "proxy.invalid") as proxy:
        return proxy.get("/may-issue", params={"domain": domain}).status_code


def served(transport: AppTransport, host: str) -> bool:
    with open_browser(transport, host) as browser:
        return browser.get("/login").status_code == 200


def post_form(browser: httpx.Client, path: str, fields: dict[str, str]) -> httpx.Response:
    """What the form on the page sends, and the page that it leads to."""
    token = re.search(r'name="csrf-token" content="([^"]+)"', browser.get("/settings/domains").text)
    assert token is not None
    sent = {**fields, "csrf_token": token[1]}
    return browser.post(path, data=sent, follow_redirects=True)


def token_on(page: httpx.Response) -> str:
    found = re.search(r"domain-proof=[\w-]+", page.text)
    assert found is not None
    return found[0]


@contextmanager
def file_server(host: str) -> Iterator[tuple[dict[str, str], int]]:
    """An HTTP server at which the host's files are, by path."""
    files: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers["host"].partition(":")[0] == host and self.path in files
            self.send_response(200 if known else 404)
            self.end_headers()
            self.wfile.write(files.get(self.path, "").encode() if known else b"")

        def log_message(self, *_: Any) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield files, server.server_port
        server.shutdown()


def test_a_domain_is_served_once_a_record_proves_it_and_then_nobody_else_gets_it(
    post: Post,
    names: NameServer,
    transport: AppTransport,
    tenant: Tenant,
    second_tenant: Tenant,
) -> None:
    host = "books.example"
    claimed = [
        post("", {"host": spelling, "organization_id": company.id})
        for spelling, company in (("Books.Example", tenant), (host, second_tenant))
    ]
    assert [each.status_code for each in claimed] == [201, 201], claimed[0].text
    mine, theirs = (each.json() for each in claimed)
    assert mine["token"] != theirs["token"], "a claim takes nothing from anybody"
    assert (served(transport, host), may_issue(transport, host)) == (False, 404)

    def check(claim: dict[str, Any]) -> httpx.Response:
        return post(f"/{claim['id']}/actions/check")

    assert "There is no TXT record _domain-proof.books.example" in check(mine).text
    names.records[f"_domain-proof.{host}"] = theirs["token"]
    assert "says something else" in check(mine).text
    assert (served(transport, host), may_issue(transport, host)) == (False, 404)
    names.records[f"_domain-proof.{host}"] = mine["token"]
    assert "is proved" in check(mine).text
    wait_until(lambda: served(transport, host), "the domain is served")
    assert may_issue(transport, host) == 200

    names.records[f"_domain-proof.{host}"] = theirs["token"]
    refused = check(theirs)
    assert (refused.status_code, "another organization" in refused.text) == (409, True)
    again = post("", {"host": host, "organization_id": second_tenant.id})
    assert again.status_code == 409
    for said in (refused, again):
        assert tenant.slug not in said.text
        assert tenant.title not in said.text
    below = post("", {"host": "mine.localhost", "organization_id": tenant.id})
    assert below.status_code == 422


def test_a_company_adds_a_domain_by_itself(
    names: NameServer,
    transport: AppTransport,
    as_user: Callable[..., httpx.Client],
) -> None:
    host, admin = "own.example", as_user()

    def press(path: str = "", **wish: str) -> httpx.Response:
        return post_form(admin, f"/settings/domains{path}", wish)

    page = press(host=host)
    assert f"_domain-proof.{host}" in page.text
    assert "Not proved yet" in page.text
    assert not served(transport, host)
    assert "There is no TXT record" in press(f"/{host}/check").text
    names.records[f"_domain-proof.{host}"] = token_on(page)
    assert "You are found here" in press(f"/{host}/check").text
    wait_until(lambda: served(transport, host), "the domain is served")
    press(f"/{host}/drop")
    wait_until(lambda: not served(transport, host), "the domain is given up")
    assert press("/elsewhere.example/check").status_code == 404
    assert "belongs to the platform" in press(host="app.localhost").text


def test_a_program_adds_a_domain_and_one_whose_proof_has_gone_is_given_up(
    kernel: Kernel,
    names: NameServer,
    transport: AppTransport,
    tenant: Tenant,
    second_tenant: Tenant,
    as_user: Callable[..., httpx.Client],
) -> None:
    host, admin, keys = "api.example", as_user(), iter(range(100))

    def call(method: str, path: str = "", **wish: str) -> httpx.Response:
        headers = {"Idempotency-Key": f"own-{next(keys)}"}
        url = f"/api/v1/core/domains{path}"
        return admin.request(method, url, json=wish or None, headers=headers)

    claimed = call("POST", host=host)
    assert (claimed.status_code, claimed.json()["proved"]) == (201, False), claimed.text
    assert call("POST", host="").status_code == 422
    assert "no TXT record" in call("POST", f"/{host}/check").json()["problem"]
    names.records[claimed.json()["record"]] = claimed.json()["token"]
    assert call("POST", f"/{host}/check").json()["proved"]
    wait_until(lambda: served(transport, host), "the domain is served")

    del names.records[f"_domain-proof.{host}"]
    look_again(kernel, host)
    (warned,) = call("GET").json()["items"]
    assert (warned["proved"], warned["problem"] != "") == (True, True)
    assert warned["given_up_at"] is not None
    assert "somebody else may claim" in admin.get("/settings/domains").text
    assert served(transport, host), "a name server that is down takes nobody's domain"
    names.records[f"_domain-proof.{host}"] = claimed.json()["token"]
    assert call("POST", f"/{host}/check").json()["given_up_at"] is None

    del names.records[f"_domain-proof.{host}"]
    look_again(kernel, host)
    look_again(kernel, host, later=timedelta(days=15))
    wait_until(lambda: not served(transport, host), "the domain is given up")
    (left,) = call("GET").json()["items"]
    assert (left["proved"], left["token"]) == (False, claimed.json()["token"])
    with kernel.session(control(kernel)) as session:
        other = session.get_one(Organization, second_tenant.id)
        claim = claims.claim(session, other, host, base_domain="localhost")
        names.records[f"_domain-proof.{host}"] = claim.token
        assert claims.check(session, claim), "whoever has it now gets it"
    taken = call("POST", f"/{host}/check")
    assert taken.json()["proved"] is False
    assert call("DELETE", f"/{host}").json() == {"items": []}
    assert call("DELETE", f"/{host}").status_code == 404
    refused = call("POST", host=host)
    assert (refused.status_code, second_tenant.slug in refused.text) == (409, False)
    with open_browser(transport, f"{tenant.slug}.localhost") as browser:
        sign_in(kernel, tenant, browser, [])
        assert browser.get("/api/v1/core/domains").status_code == 403


def test_whoever_it_concerns_is_written_to_when_a_proof_is_gone_and_before_the_end(
    kernel: Kernel, names: NameServer, tenant: Tenant, as_user: Callable[..., httpx.Client]
) -> None:
    host, before = "letters.example", kernel.config
    as_user()  # who administers the company
    with kernel.session(control(kernel)) as session:
        reseller = resellers.create(
            session, {"slug": "seller", "title": "Seller", "email": "desk@seller.example"}
        )
        organization = session.get_one(Organization, tenant.id)
        resellers.assign(session, organization, reseller)
        claim = claims.claim(session, organization, host, base_domain="localhost")
        names.records[f"_domain-proof.{host}"] = claim.token
        assert claims.check(session, claim)
    del names.records[f"_domain-proof.{host}"]
    with mail_server() as mail:
        address = f"smtp://127.0.0.1:{mail.port}?from=books@example.com"
        object.__setattr__(kernel, "config", replace(before, smtp_url=address))
        try:
            for later in (0, 0, 5, 7, 0, 3):  # days; the last ones are 12 and 15
                look_again(kernel, host, later=timedelta(days=later))
                for company in (tenant, control(kernel)):
                    work_off(kernel, company)
        finally:
            object.__setattr__(kernel, "config", before)
    mine = [str(message["subject"]) for message in mail.messages if "seller" not in message["to"]]
    assert [subject.partition(" ")[0] for subject in mine] == ["The", host, host]
    assert mine[0] == f"The proof of {host} is gone"
    assert "is served until" in mine[1]
    assert mine[2] == f"{host} is served no more"
    assert mail.recipients.count("desk@seller.example") == len(mine)
    assert "There is no TXT record _domain-proof.letters.example" in mail.messages[0].get_content()


def look_again(kernel: Kernel, host: str, later: timedelta = timedelta()) -> None:
    """What the daily job does, as if it had been missing for so much longer."""
    with kernel.session(control(kernel)) as session:
        domain = session.scalars(select(Domain).where(Domain.host == host)).one()
        domain.checked_at = None
        if domain.unproved_since is not None:
            domain.unproved_since -= later
    with kernel.session(control(kernel)) as session:
        rechecking.recheck_all(session)


def test_a_file_proves_a_domain_but_not_one_that_leads_inside(
    kernel: Kernel, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = "shop.example"
    look_up = socket.getaddrinfo

    def local(name: Any, *rest: Any, **values: Any) -> Any:
        return look_up("127.0.0.1" if name == host else name, *rest, **values)

    monkeypatch.setattr(socket, "getaddrinfo", local)
    with file_server(host) as (files, port), kernel.session(control(kernel)) as session:
        organization = session.get_one(Organization, tenant.id)
        claim = claims.claim(session, organization, host, base_domain="localhost")
        reach = FileProof(private=True, port=port)
        assert not claims.check(session, claim, [reach])
        files[PATH] = f"{claim.token} and more"
        assert not claims.check(session, claim, [reach])
        assert "that says it" in claim.problem
        files[PATH] = f"{claim.token}\n"
        assert not claims.check(session, claim, [FileProof(port=port)]), "inside a private network"
        assert claims.check(session, claim, [reach])
        assert session.query(DomainClaim).filter_by(host=host).all() == []
        with pytest.raises(Conflict, match="yours already"):
            claims.claim(session, organization, host, base_domain="localhost")


def test_what_the_proxy_asks_is_answered_for_every_name(
    transport: AppTransport, tenant: Tenant
) -> None:
    assert may_issue(transport, f"{tenant.slug}.localhost") == 200
    assert may_issue(transport, "app.localhost") == 200
    for nobody in ("", "nobody.localhost", "a.b.localhost", "not a name", "x" * 300, "192.0.2.1"):
        assert may_issue(transport, nobody) == 404, nobody


def test_an_address_of_a_name_server_is_read_or_refused() -> None:
    assert read_servers("192.0.2.1, [2001:db8::1]:5353") == ("192.0.2.1", "[2001:db8::1]:5353")
    with pytest.raises(InvalidInput, match=r"nameserver\.example is no address"):
        read_servers("nameserver.example")
