"""A forgotten password: the link that comes by mail or from an administrator.

It works once, for half an hour, and nobody learns from it who has an account.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, text

from core.addons.catalog import Catalog
from core.auth.credentials import SESSION_COOKIE
from core.auth.devices import DEVICE_COOKIE
from core.auth.models import PasswordReset, User
from core.auth.reset import LIFETIME
from core.config import Config, ConfigError
from core.db.base import utc_now
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.mail import smtp
from core.tenancy.tenant import Tenant
from core.web.app import build_app
from tenants.composition import kernel_on
from tenants.control import Cluster
from tests.auth.browser import Browser, Loop
from tests.auth.conftest import PASSWORD, Hire, OpenBrowser
from tests.auth.mail_server import MailServer, mail_server

NEW = "a quiet river at dusk"
_LINK = re.compile(r"https://[^\s]+/reset\?token=[\w-]+")


@pytest.fixture
def post_office() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def mailing_kernel(kernel: Kernel, post_office: MailServer) -> Kernel:
    """The same platform, told where its mail server is."""
    post_office.users["books"] = "p@ss:word"
    url = f"smtp://books:p%40ss%3Aword@127.0.0.1:{post_office.port}?from=books@example.com"
    return replace(kernel, config=replace(kernel.config, smtp_url=url))


@pytest.fixture
def app(mailing_kernel: Kernel) -> Iterator[Any]:
    app = build_app(mailing_kernel)
    yield app
    app.close()


@pytest.fixture
def link(
    hire: Hire, browser: Browser, mailing_kernel: Kernel, tenant: Tenant, post_office: MailServer
) -> str:
    """The path of a link that was mailed to a user."""
    ann = hire()
    browser.get("/forgot")
    assert browser.post("/forgot", {"email": ann.email}).status_code == 200
    work_off(mailing_kernel, tenant)
    return link_in(post_office, browser)


def link_in(post_office: MailServer, browser: Browser) -> str:
    found = _LINK.search(post_office.messages[-1].get_content())
    assert found
    return found[0].removeprefix(browser.origin)


def choose(browser: Browser, link: str, password: str = NEW) -> int:
    page = browser.get(link)
    if page.status_code != 200:
        return page.status_code
    token = link.partition("=")[2]
    return browser.post("/reset", {"token": token, "password": password}).status_code


def test_the_mail_says_who_it_is_for_and_leads_to_a_new_password(
    hire: Hire,
    browser: Browser,
    mailing_kernel: Kernel,
    tenant: Tenant,
    post_office: MailServer,
) -> None:
    ann = hire()
    browser.get("/forgot")
    browser.post("/forgot", {"email": f" {ann.email.upper()}"})
    assert post_office.messages == []  # nothing leaves before the request has committed
    work_off(mailing_kernel, tenant)
    (message,) = post_office.messages
    assert post_office.recipients == [ann.email]
    assert str(message["From"]) == f"{tenant.title} <books@example.com>"
    assert ann.name in message.get_content()
    assert choose(browser, link_in(post_office, browser)) == 303
    assert browser.sign_in(ann.email, PASSWORD).status_code == 422
    assert browser.sign_in(ann.email, NEW).status_code == 303


def test_an_unknown_address_gets_the_same_answer_and_no_mail(
    hire: Hire,
    browser: Browser,
    mailing_kernel: Kernel,
    tenant: Tenant,
    post_office: MailServer,
) -> None:
    ann = hire()
    browser.get("/forgot")
    known = browser.post("/forgot", {"email": ann.email})
    unknown = browser.post("/forgot", {"email": "nobody@example.com"})
    assert known.text.replace(ann.email, "nobody@example.com") == unknown.text
    work_off(mailing_kernel, tenant)
    assert post_office.recipients == [ann.email]


def test_an_inactive_user_gets_no_mail(
    hire: Hire,
    browser: Browser,
    mailing_kernel: Kernel,
    tenant: Tenant,
    post_office: MailServer,
) -> None:
    ann = hire()
    with mailing_kernel.session(tenant) as session:
        session.get_one(User, ann.id).is_active = False
    browser.get("/forgot")
    browser.post("/forgot", {"email": ann.email})
    work_off(mailing_kernel, tenant)
    assert post_office.recipients == []


def test_a_link_works_once(link: str, browser: Browser) -> None:
    assert choose(browser, link) == 303
    assert choose(browser, link) == 404


def test_a_weak_password_does_not_use_the_link_up(link: str, browser: Browser) -> None:
    assert choose(browser, link, "password123") == 422
    assert choose(browser, link) == 303


def test_a_link_works_for_half_an_hour(link: str, browser: Browser) -> None:
    with time_machine.travel(utc_now() + LIFETIME + timedelta(seconds=1), tick=False):
        assert choose(browser, link) == 404


def test_a_made_up_link_does_not_work(browser: Browser) -> None:
    assert choose(browser, "/reset?token=made-up") == 404
    assert browser.post("/reset", {"token": "", "password": NEW}).status_code == 404


def test_the_link_is_in_no_table_and_no_job(
    link: str, mailing_kernel: Kernel, tenant: Tenant
) -> None:
    token = link.partition("=")[2]
    with mailing_kernel.session(tenant) as session:
        jobs = str(session.execute(text("SELECT * FROM core.job")).all())
        stored = str(session.execute(select(PasswordReset.__table__)).all())
    assert token not in jobs + stored


def test_the_page_of_the_link_gives_its_address_to_no_other_site(
    link: str, browser: Browser
) -> None:
    assert browser.get(link).headers.get_list("referrer-policy") == ["same-origin"]


def test_choosing_a_new_password_signs_everybody_out(
    hire: Hire,
    browser: Browser,
    open_browser: OpenBrowser,
    mailing_kernel: Kernel,
    tenant: Tenant,
    post_office: MailServer,
) -> None:
    ann = hire()
    thief = open_browser()
    thief.sign_in(ann.email, PASSWORD)
    assert thief.get("/account").status_code == 200
    browser.get("/forgot")
    browser.post("/forgot", {"email": ann.email})
    work_off(mailing_kernel, tenant)
    assert choose(browser, link_in(post_office, browser)) == 303
    assert thief.get("/account").status_code == 303
    assert SESSION_COOKIE not in browser.cookies
    assert DEVICE_COOKIE in browser.cookies  # so that guessing elsewhere does not slow her down


def test_a_mail_server_that_is_busy_is_tried_again(
    hire: Hire,
    browser: Browser,
    mailing_kernel: Kernel,
    tenant: Tenant,
    post_office: MailServer,
) -> None:
    ann = hire()
    post_office.busy = True
    browser.get("/forgot")
    browser.post("/forgot", {"email": ann.email})
    work_off(mailing_kernel, tenant)
    assert post_office.messages == []
    post_office.busy = False
    work_off(mailing_kernel, tenant, now=utc_now() + timedelta(hours=1))
    assert post_office.recipients == [ann.email]


def test_asking_again_and_again_is_slowed_down(hire: Hire, browser: Browser) -> None:
    ann = hire()
    browser.get("/forgot")
    answers = [browser.post("/forgot", {"email": ann.email}).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]


def test_without_a_mail_server_the_page_says_whom_to_ask(
    kernel: Kernel, loop: Loop, tenant: Tenant
) -> None:
    app = build_app(replace(kernel, config=replace(kernel.config, smtp_url=None)))
    try:
        page = Browser(app, loop, f"{tenant.slug}.localhost").get("/forgot")
    finally:
        app.close()
    assert "Ask an administrator" in page.text


def test_an_administrator_makes_a_link_for_somebody_without_a_password(
    hire: Hire, browser: Browser, open_browser: OpenBrowser
) -> None:
    admin, newcomer = hire("Admin", roles=("core.admin",)), hire("Newcomer", password=None)
    browser.sign_in(admin.email, PASSWORD)
    browser.get("/account")
    page = browser.post(f"/settings/users/{newcomer.id}/link")
    found = _LINK.search(page.text)
    assert found
    fresh = open_browser()
    assert choose(fresh, found[0].removeprefix(browser.origin)) == 303
    assert fresh.sign_in(newcomer.email, NEW).status_code == 303


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", ("mail.example", 587, False, "no-reply@books.example", "")),
        (
            "smtps://u:p%3Aw@mail.example",
            ("mail.example", 465, True, "no-reply@books.example", "u"),
        ),
        ("smtp://[::1]:2525?from=a@b.example", ("::1", 2525, False, "a@b.example", "")),
    ],
)
def test_the_mail_server_is_named_by_one_address(url: str, server: tuple[Any, ...]) -> None:
    found = smtp.parse_url(url, base_domain="books.example")
    assert (found.host, found.port, found.implicit_tls, found.sender, found.user) == server
    assert "p:w" not in repr(found)


@pytest.mark.parametrize(
    "url", ["", "mail.example:25", "http://mail.example", "smtp://:0", "smtp://x:y"]
)
def test_an_address_that_is_none_is_refused_by_name(url: str) -> None:
    with pytest.raises(ConfigError, match="AORABOOKS_SMTP_URL"):
        smtp.parse_url(url, base_domain="books.example")


def test_a_process_does_not_start_with_a_mail_server_it_cannot_use(
    config: Config, cluster: Cluster, catalog: Catalog
) -> None:
    wrong = replace(config, smtp_url="mail.example:25")
    with pytest.raises(ConfigError, match="AORABOOKS_SMTP_URL"), kernel_on(wrong, cluster, catalog):
        pytest.fail("it started")
