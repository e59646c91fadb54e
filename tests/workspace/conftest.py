"""A platform with the shipped addons and the showcase `shop`, people of several rights in it,
and a browser at a desk."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page
from sqlalchemy.orm import Session

from core.addons.catalog import Catalog
from core.addons.discovery import AddonFolder, discover
from core.addons.loading import load
from core.addons.states import view
from core.auth import api_tokens, login_sessions, roles, users
from core.auth.actor import Scope
from core.auth.client import Client
from core.auth.credentials import SESSION_COOKIE
from core.auth.csrf import csrf_token
from core.auth.users import ADMIN_ROLE
from core.config import Config, from_environment
from core.kernel import Kernel
from core.secrets import generate
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.composition import CONTROL_PLANE, SHIPPED, kernel_on
from tenants.control import Cluster
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.chrome import launched, served

ROOT = Path(__file__).resolve().parents[2]
SHOWCASE = ROOT / "tests" / "fake_addons" / "showcase"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder that sit at a browser, whichever file they stand in."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return replace(
        from_environment({}),
        var=tmp_path_factory.mktemp("shop-var"),
        secret_key=generate(),
        threads=4,
    )


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The platform, the shipped addons and the showcase, whatever else is installed."""
    folders = [SHIPPED, AddonFolder(SHOWCASE, "tests.fake_addons.showcase.")]
    return load(discover(folders, platform=[CONTROL_PLANE], installed=False), strict=True)


@pytest.fixture(scope="session")
def kernel(config: Config, cluster: Cluster, catalog: Catalog) -> Iterator[Kernel]:
    """A kernel with a control plane beside that of the other tests, on the run's server."""
    beside = replace(cluster, admin=replace(cluster.admin, database="aorabooks_shop"))
    with kernel_on(config, beside, catalog) as kernel:
        yield kernel


@pytest.fixture(scope="session")
def transport(kernel: Kernel) -> Iterator[AppTransport]:
    app = Application(kernel)
    transport = AppTransport(app)
    yield transport
    transport.shut_down()
    app.close()


@pytest.fixture(scope="module")
def store(kernel: Kernel) -> Iterator[Tenant]:
    """A company for the tests of one file."""
    with fresh_tenant(kernel, f"store{os.urandom(3).hex()}") as tenant:
        yield tenant


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the company: a signed-in browser, and a token for programs."""

    http: httpx.Client
    api: httpx.Client
    csrf: str
    user_id: int

    def post(self, url: str, fields: dict[str, str]) -> Any:
        """Send a form as a browser does."""
        return self.http.post(url, data={"csrf_token": self.csrf, **fields})

    def open_form(self, url: str) -> dict[str, str]:
        """The inputs of a form and what they hold."""
        page = self.http.get(url)
        assert page.status_code == 200, page.text
        return inputs_of(page.text)


def inputs_of(html: str) -> dict[str, str]:
    """Names and values of the inputs of a page's POST form, without those of templates."""
    form = re.search(r'<form method="post".*?</form>', html[html.index("<main") :], re.S)
    assert form is not None, html
    text = re.sub(r"<template>.*?</template>", "", form[0], flags=re.S)
    held: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", text, re.S):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        checkbox = attributes.get("type") == "checkbox"
        if "name" in attributes and not (checkbox and " checked" not in tag):
            held[attributes["name"]] = unescape(attributes.get("value", ""))
    for name, body in re.findall(r'<textarea name="([^"]*)"[^>]*>(.*?)</textarea>', text, re.S):
        held[name] = unescape(body)
    for name, body in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', text, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        held[name] = unescape(chosen[1]) if chosen else ""
    return held


Hire = Callable[..., Person]


def hired(
    stack: ExitStack,
    kernel: Kernel,
    transport: AppTransport,
    store: Tenant,
    grants: dict[str, Scope] | None,
    *,
    language: str = "en",
) -> Person:
    """A new user of a company with these grants, or the administrator's."""
    host = f"{store.slug}.localhost"
    name = f"user-{os.urandom(4).hex()}"
    with kernel.session(store) as session:
        codes = (ADMIN_ROLE,) if grants is None else (_role(session, name, grants),)
        user = users.create_user(session, email=f"{name}@example.com", name=name, roles=codes)
        session.flush()
        client = Client(address="127.0.0.1", host=host, user_agent="test")
        secret = login_sessions.begin(session, user.id, client=client, method="password")
        abilities = list(view(session).permissions if grants is None else grants)
        token = api_tokens.create_token(
            session, user, name="test", abilities=abilities, expires_at=None
        )
        user_id, bearer = user.id, token.secret
    headers = {"sec-fetch-site": "same-origin", "accept-language": language}
    http = _client(stack, transport, host, headers)
    http.cookies.set(SESSION_COOKIE, secret, domain=host)
    api = _client(stack, transport, host, {"authorization": f"Bearer {bearer}"})
    return Person(http, api, csrf_token(secret), user_id)


@pytest.fixture(scope="module")
def hire(kernel: Kernel, transport: AppTransport, store: Tenant) -> Iterator[Hire]:
    """A new user with these grants (permission code to scope), or the administrator's."""
    with ExitStack() as stack:

        def hire(grants: dict[str, Scope] | None = None, *, language: str = "en") -> Person:
            return hired(stack, kernel, transport, store, grants, language=language)

        yield hire


def _client(
    stack: ExitStack, transport: AppTransport, host: str, headers: dict[str, str]
) -> httpx.Client:
    client = httpx.Client(
        transport=transport, base_url=f"https://{host}", headers=headers, timeout=60
    )
    return stack.enter_context(client)


def _role(session: Session, name: str, grants: dict[str, Scope]) -> str:
    return roles.create_role(session, title=name, grants=grants).code


@pytest.fixture(scope="module")
def admin(hire: Hire) -> Person:
    return hire()


@pytest.fixture(scope="session")
def port(kernel: Kernel) -> Iterator[int]:
    """Where the platform is served over a real socket."""
    app = Application(kernel)
    with served(app) as port:
        yield port
    app.close()


@pytest.fixture(scope="module")
def address(port: int, store: Tenant) -> str:
    """The store's address on this machine."""
    return f"http://{store.slug}.localhost:{port}"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


def sit_down(
    browser: Browser, address: str, person: Person, *, width: int = 1200, locale: str = "en-GB"
) -> Page:
    """A page of a browser in which this person is signed in; close its context afterwards."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=locale)
    secret = next(c.value for c in person.http.cookies.jar if c.name == SESSION_COOKIE)
    secure = address.replace("http:", "https:")
    context.add_cookies(
        [{"name": SESSION_COOKIE, "value": secret or "", "url": secure, "secure": True}]
    )
    return context.new_page()


@pytest.fixture
def desk(browser: Browser, address: str, hire: Hire) -> Iterator[Page]:
    """The administrator at a desk; at the end no script has failed or been refused."""
    page = sit_down(browser, address, hire())
    complaints: list[str] = []

    def note_error(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", note_error)
    yield page
    page.context.close()
    assert complaints == []
