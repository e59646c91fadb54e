"""What both stories of a company's life stand on, the one at a terminal and the one in a browser:
where its domain is proved, who works in it, and what is in its databases."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import httpx
import pytest
from sqlalchemy import select, text

from core.addons.options import set_options
from core.auth.users import ADMIN_ROLE
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.life_options import LifeOptions
from tenants.models import Organization
from tenants.provisioning.remove import remove
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.tenants.name_server import NameServer, name_server
from tests.waiting import PATIENCE, wait_until

SLUG, STAGING, HOST = "amina", "amina-tries", "books.amina.example"
CUSTOMER = "Grace Hopper"
_CONTACTS, _KEY = "/api/v1/contacts/contacts", "Idempotency-Key"


@pytest.fixture
def names(kernel: Kernel) -> Iterator[NameServer]:
    """The name server that is asked for proofs of domains."""
    with name_server() as server:
        with kernel.session(control(kernel)) as session:
            set_options(session, LifeOptions, nameservers=server.address)
        yield server
        with kernel.session(control(kernel)) as session:
            set_options(session, LifeOptions, nameservers="")


def clear_away(kernel: Kernel) -> None:
    """Remove the company and its copy, wherever they lie by now."""
    with kernel.session(control(kernel)) as session:
        ours = Organization.slug.in_((SLUG, STAGING))
        left = list(session.scalars(select(Organization).where(ours)))
        servers = [each.server for each in left]
    for organization, server in zip(left, servers, strict=True):
        remove(kernel, organization, server)


def found(kernel: Kernel, slug: str) -> Tenant:
    """The company of this slug."""
    company = kernel.directory.find_slug(slug)
    assert company is not None
    return company


def is_served(transport: AppTransport, host: str) -> bool:
    """Whether somebody could sign in there."""
    with open_browser(transport, host) as browser:
        return browser.get("/login").status_code == 200


def customers(kernel: Kernel, slug: str) -> list[str]:
    """The names of all its contacts."""
    with kernel.session(found(kernel, slug), readonly=True) as session:
        return list(session.scalars(text("SELECT name FROM contacts.contact")))


@dataclass
class Clerk:
    """Somebody who enters customers without a pause. `told` are the names of those whose entry was
    confirmed; who is told to come back comes back with the same words."""

    person: httpx.Client
    told: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    working: Future[None] = field(default_factory=Future)

    def goes_on(self) -> None:
        """Wait until one more is confirmed."""
        before = len(self.told)
        wait_until(lambda: len(self.told) > before or self.working.done(), "somebody works")

    def work(self) -> None:
        """Until it is over."""
        for number in itertools.takewhile(lambda _: not self.over.is_set(), itertools.count()):
            name, deadline = f"Customer {number}", time.monotonic() + PATIENCE
            wish = partial(self.person.post, _CONTACTS, json={"name": name}, headers={_KEY: name})
            while (answer := wish()).is_error:
                assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
                assert time.monotonic() < deadline, answer.text
            self.told.append(name)


@contextmanager
def clerk(kernel: Kernel, transport: AppTransport) -> Iterator[Clerk]:
    """One who works in the company until the block ends. All that was confirmed is there then,
    once."""
    with open_browser(transport, f"{SLUG}.localhost") as person, ThreadPoolExecutor(1) as pool:
        sign_in(kernel, found(kernel, SLUG), person, [ADMIN_ROLE])
        one = Clerk(person)
        one.working = pool.submit(one.work)
        try:
            one.goes_on()
            yield one
            one.goes_on()
        finally:
            one.over.set()
        one.working.result()
    kernel.directory.forget()
    entered = [name for name in customers(kernel, SLUG) if name.startswith("Customer ")]
    assert sorted(entered) == sorted(one.told)
