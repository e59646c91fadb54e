"""A company with people who sign in, and browsers to do it with."""

from __future__ import annotations

import functools
import itertools
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
import structlog
from sqlalchemy.orm import Session

from core.auth import passwords, users
from core.auth.explanation import actor_of
from core.auth.models import User
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import build_app
from tenants.testing.tenants import fresh_tenant
from tests.auth.browser import Browser, Loop

PASSWORD = "correct horse battery"
_NUMBERS = itertools.count(1)

Hire = Callable[..., User]
OpenBrowser = Callable[..., Browser]
Acting = Callable[[User], AbstractContextManager[Session]]


@pytest.fixture(scope="module", autouse=True)
def quiet_log() -> Iterator[None]:
    """What is refused here on purpose needs no line each."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def app(kernel: Kernel) -> Iterator[Any]:
    app = build_app(kernel)
    yield app
    app.close()


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """One company for all stories of a file; each story has people of its own."""
    with fresh_tenant(kernel, f"auth{next(_NUMBERS)}", addons=()) as tenant:
        yield tenant


@pytest.fixture
def open_browser(app: Any, loop: Loop, tenant: Tenant) -> OpenBrowser:
    """A fresh browser at the company's host, each in a network of its own."""

    def open_(*, address: str = "") -> Browser:
        number = next(_NUMBERS)
        address = address or f"10.{number // 256}.{number % 256}.7"
        return Browser(app, loop, f"{tenant.slug}.localhost", address=address)

    return open_


@pytest.fixture
def browser(open_browser: OpenBrowser) -> Browser:
    return open_browser()


@pytest.fixture
def hire(kernel: Kernel, tenant: Tenant) -> Hire:
    """A user of the company, there for every door."""

    def hire_(name: str = "Ann", *, password: str | None = PASSWORD, **more: Any) -> User:
        email = f"{name.lower()}{next(_NUMBERS)}@example.com"
        with kernel.session(tenant) as session:
            user = users.create_user(session, email=email, name=name, **more)
            user.password_hash = None if password is None else _hashed(password)
            return user

    return hire_


@functools.cache
def _hashed(password: str) -> str:
    """Once for everybody: hashing is slow on purpose."""
    return passwords.hash_password(password)


@pytest.fixture
def acting(kernel: Kernel, tenant: Tenant) -> Acting:
    """Opens a session in which this user acts."""

    def open_(user: User) -> AbstractContextManager[Session]:
        with kernel.session(tenant) as session:
            who = actor_of(session, session.get_one(User, user.id))
        return kernel.session(tenant, actor=who)

    return open_
