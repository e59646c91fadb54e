"""Somebody signs up on the control plane's public page: only where the operator lets them, only
with a mail of their own, and one company for one link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
import time_machine
from sqlalchemy import select

from core.addons.options import set_options
from core.db.base import utc_now
from core.jobs.serving import work_off
from core.kernel import Kernel
from tenants.control import control
from tenants.life_options import LifeOptions
from tenants.models import Organization
from tenants.provisioning.remove import remove
from tenants.signing_up import asking
from tenants.testing.browser import AppTransport, open_browser
from tests.auth.mail_server import MailServer
from tests.contacts import conftest

PAGE = "/tenants/sign-up"
WISH = {
    "title": "Layla Trading",
    "slug": "layla",
    "name": "Layla",
    "email": "layla@layla.example",
    "locale": "ar",
    "timezone": "Asia/Riyadh",
}
post_office = conftest.post_office


@pytest.fixture
def visitor(kernel: Kernel, transport: AppTransport) -> Iterator[httpx.Client]:
    """Somebody at the control plane whom nobody knows, as long as anybody may sign up."""
    with kernel.session(control(kernel)) as session:
        set_options(session, LifeOptions, sign_up=True)
    with open_browser(transport, "app.localhost") as browser:
        yield browser
    with kernel.session(control(kernel)) as session:
        set_options(session, LifeOptions, sign_up=False)
        made = session.scalar(select(Organization).where(Organization.slug == WISH["slug"]))
        server = None if made is None else made.server
    if made is not None and server is not None:
        remove(kernel, made, server)


def mailed_link(kernel: Kernel, post_office: MailServer) -> str:
    work_off(kernel, control(kernel))
    found = re.search(r"https://app\.localhost(/\S+)", post_office.messages[-1].get_content())
    assert found
    return found[1]


def way_in(visitor: httpx.Client, sent: dict[str, str]) -> str:
    answer = visitor.post(f"{PAGE}/enter", data=sent, headers={"hx-request": "true"})
    return answer.headers["hx-redirect"]


def token_of(link: str) -> str:
    return httpx.URL(link).params["token"]


def test_a_link_makes_one_company_and_lets_its_first_administrator_in(
    visitor: httpx.Client, kernel: Kernel, transport: AppTransport, post_office: MailServer
) -> None:
    assert "New here? Sign up" in visitor.get("/login").text
    assert visitor.post(PAGE, data=WISH).status_code == 200
    link = mailed_link(kernel, post_office)
    assert post_office.recipients[-1] == WISH["email"]
    assert "Layla Trading" in visitor.get(link).text
    assert kernel.directory.find_slug("layla") is None, "programs that look into mails open links"
    sent = {"token": token_of(link)}
    for _ in range(2):
        assert visitor.post(f"{PAGE}/link", data=sent).status_code == 303
    assert "being made" in visitor.get(link).text
    assert visitor.post(f"{PAGE}/enter", data=sent).status_code == 404
    work_off(kernel, control(kernel))
    assert "Your company is ready." in visitor.get(link).text

    reset = way_in(visitor, sent)
    assert reset.startswith("https://layla.localhost/reset?token=")
    with open_browser(transport, "layla.localhost") as owner:
        chosen = {"token": token_of(reset), "password": "a lamp beside the sea"}
        assert owner.post("/reset", data=chosen).status_code == 303
    assert way_in(visitor, sent) == "https://layla.localhost/login", "a password is there"
    taken = visitor.post(PAGE, data=WISH)
    assert (taken.status_code, "is taken" in taken.text) == (422, True)


def test_what_is_wrong_is_said_beside_what_was_typed(
    visitor: httpx.Client, post_office: MailServer
) -> None:
    wrong = {**WISH, "slug": "A", "email": "nobody", "name": "x" * 121, "timezone": "Mars/Olympus"}
    page = visitor.post(PAGE, data=wrong)
    assert page.status_code == 422
    for words in (
        "not an e-mail address",
        "of at most 120 characters",
        "There is no time zone",
        "cannot be a slug",
    ):
        assert words in page.text
    assert post_office.messages == []


def test_a_link_that_was_changed_or_is_of_yesterday_makes_nothing(
    visitor: httpx.Client, kernel: Kernel, post_office: MailServer
) -> None:
    visitor.post(PAGE, data=WISH)
    token = token_of(mailed_link(kernel, post_office))
    wish, signature = token.split("~")
    for changed in ("", token[:-1], f"{wish[:-4]}AAAA~{signature}", wish):
        assert visitor.post(f"{PAGE}/link", data={"token": changed}).status_code == 404
    with time_machine.travel(utc_now() + asking.LIFETIME + timedelta(minutes=1)):
        assert visitor.post(f"{PAGE}/link", data={"token": token}).status_code == 404
    assert kernel.directory.find_slug("layla") is None


def test_without_a_mail_server_the_page_says_whom_to_ask(visitor: httpx.Client) -> None:
    page = visitor.get(PAGE)
    assert "Mail is not set up here yet" in page.text
    assert 'name="email"' not in page.text


def test_nobody_signs_up_where_the_operator_does_not_let_them(
    kernel: Kernel, transport: AppTransport
) -> None:
    with open_browser(transport, "app.localhost") as browser:
        assert browser.get(PAGE).status_code == 404
        assert browser.post(PAGE, data=WISH).status_code == 404
        assert "New here?" not in browser.get("/login").text
