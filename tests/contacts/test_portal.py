"""A customer enters the portal by a link that was mailed to them, and sees what is theirs. Somebody
else tries to get in: by guessing, stolen links, old cookies, other companies, forged forms."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.contacts.api import add_contact, portal_contact, to_the_door
from addons.contacts.models import Contact
from addons.contacts.services.contacts import update_contact
from addons.contacts.services.merging import merge_contacts
from addons.contacts.services.portal import access, sessions
from addons.contacts.services.portal.pages import safe_goal
from core.api import Conflict, Forbidden, InvalidInput, Request, binding
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.auth.mail_server import MailServer

AsUser = Callable[..., httpx.Client]
ENTER = "/contacts/portal/enter"
LINK = "/contacts/portal/link"
HOME = "/contacts/portal"
_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody at a customer's who was invited."""

    id: int
    name: str
    email: str


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """One company for the whole file; each test invites somebody of its own."""
    with fresh_tenant(kernel, "portal", addons=("contacts",)) as tenant:
        yield tenant


@pytest.fixture
def layla(kernel: Kernel, tenant: Tenant, post_office: MailServer) -> Guest:
    """Invited, and the mail with the link is out."""
    name = f"Layla{next(_NUMBERS)}"
    email = f"{name.lower()}@cedar.example"
    with kernel.session(tenant) as session:
        company = add_contact(session, {"name": f"House of {name}", "is_customer": True})
        person = {"kind": "person", "name": name, "parent_id": company.id, "email": email}
        made = add_contact(session, person)
        access.invite(session, session.get_one(Contact, made.id))
    work_off(kernel, tenant)
    return Guest(made.id, name, email)


def _token(post_office: MailServer, place: int = -1) -> str:
    message = post_office.messages[place].get_content()
    found = re.search(r"http\S+", message)
    assert found is not None, message
    parts = urlsplit(found[0])
    assert parts.path == LINK
    return parse_qs(parts.query)["token"][0]


def _enter(client: httpx.Client, token: str) -> httpx.Response:
    return client.post(LINK, data={"token": token})


def _change(kernel: Kernel, tenant: Tenant, guest: Guest, change: Callable[..., Any]) -> None:
    with kernel.session(tenant) as session:
        change(session, session.get_one(Contact, guest.id))


def test_who_is_invited_enters_by_the_link_and_stays_inside(
    client: httpx.Client, layla: Guest, post_office: MailServer
) -> None:
    assert post_office.recipients == [layla.email]
    token = _token(post_office)
    page = client.get(LINK, params={"token": token})
    assert f"Welcome, {layla.name}" in page.text
    assert page.headers["referrer-policy"] == "same-origin"
    assert "no-store" in page.headers["cache-control"]
    answer = _enter(client, token)
    assert (answer.status_code, answer.headers["location"]) == (303, HOME)
    cookie = answer.headers["set-cookie"]
    for part in ("__Host-portal=", "Path=/", "HttpOnly", "Secure", "SameSite=Lax"):
        assert part in cookie
    inside = client.get(HOME)
    assert f"House of {layla.name}" in inside.text
    assert client.get(ENTER).headers["location"] == HOME


def test_opening_a_link_uses_nothing_up_and_its_button_does(
    client: httpx.Client, layla: Guest, post_office: MailServer
) -> None:
    token = _token(post_office)
    for _ in range(3):
        assert client.get(LINK, params={"token": token}).status_code == 200
    assert _enter(client, token).status_code == 303
    client.cookies.clear()
    assert _enter(client, token).status_code == 404
    assert client.get(LINK, params={"token": token}).status_code == 404


def test_of_two_who_use_a_link_at_once_one_is_let_in(
    kernel: Kernel, tenant: Tenant, layla: Guest, post_office: MailServer, as_user: AsUser
) -> None:
    token, barrier = _token(post_office), threading.Barrier(2)
    browsers, found = [as_user(), as_user()], []

    def use(browser: httpx.Client) -> None:
        barrier.wait()
        found.append(browser.post(LINK, data={"token": token}).status_code)

    threads = [threading.Thread(target=use, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [303, 404]


def test_a_later_link_ends_the_earlier_one_and_each_ends_after_a_day(
    kernel: Kernel, tenant: Tenant, client: httpx.Client, layla: Guest, post_office: MailServer,
    frozen_time: Callable[[datetime], None],
) -> None:  # fmt: skip
    _change(kernel, tenant, layla, access.invite)
    work_off(kernel, tenant)
    first, second = _token(post_office, 0), _token(post_office, 1)
    assert _enter(client, first).status_code == 404
    frozen_time(datetime.now(UTC) + timedelta(hours=25))
    assert _enter(client, second).status_code == 404


def test_a_session_ends_after_a_week(
    client: httpx.Client, layla: Guest, post_office: MailServer,
    frozen_time: Callable[[datetime], None],
) -> None:  # fmt: skip
    _enter(client, _token(post_office))
    frozen_time(datetime.now(UTC) + timedelta(days=6))
    assert client.get(HOME).status_code == 200
    frozen_time(datetime.now(UTC) + timedelta(days=8))
    assert client.get(HOME).status_code == 303


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(access.revoke, id="taken back"),
        pytest.param(lambda s, c: update_contact(s, c, {"active": False}), id="resting"),
        pytest.param(lambda s, c: update_contact(s, c, {"email": "new@x.example"}), id="moved"),
        pytest.param(
            lambda s, c: merge_contacts(
                s, add_contact(s, {"kind": "person", "name": "L"}).id, c.id
            ),
            id="merged",
        ),
    ],
)
def test_whoever_may_no_longer_enter_is_out_at_once(
    kernel: Kernel, tenant: Tenant, client: httpx.Client, layla: Guest, post_office: MailServer,
    change: Callable[..., Any],
) -> None:  # fmt: skip
    _enter(client, _token(post_office))
    _change(kernel, tenant, layla, access.invite)
    work_off(kernel, tenant)
    assert client.get(HOME).status_code == 200
    _change(kernel, tenant, layla, change)
    assert client.get(HOME).status_code == 303
    client.cookies.clear()
    assert _enter(client, _token(post_office)).status_code == 404


def test_leaving_ends_the_session_on_the_server_too(
    client: httpx.Client, layla: Guest, post_office: MailServer
) -> None:
    _enter(client, _token(post_office))
    secret = client.cookies["__Host-portal"]
    token = sessions.form_token(secret)
    assert client.post("/contacts/portal/leave", data={"portal_token": "x"}).status_code == 403
    assert client.get(HOME).status_code == 200
    assert client.post("/contacts/portal/leave", data={"portal_token": token}).status_code == 303
    assert "__Host-portal" not in client.cookies
    client.cookies.set("__Host-portal", secret, domain=client.base_url.host)
    assert client.get(HOME).status_code == 303


def test_nobody_learns_which_addresses_are_known(
    kernel: Kernel, tenant: Tenant, client: httpx.Client, layla: Guest, post_office: MailServer
) -> None:
    said = []
    for email in (layla.email, "nobody@cedar.example", layla.email.upper()):
        answer = client.post(ENTER, data={"email": email})
        said.append((answer.status_code, answer.text.replace(email, "…").lower()))
    strip = [(code, re.sub(r'(nonce|value)="[^"]*"', "", page)) for code, page in said]
    assert strip[0] == strip[1] == strip[2]
    work_off(kernel, tenant)
    assert post_office.recipients == [layla.email] * 3


def test_who_asks_again_and_again_has_to_wait(
    client: httpx.Client, post_office: MailServer
) -> None:
    answers = [client.post(ENTER, data={"email": "x@cedar.example"}) for _ in range(5)]
    assert [answer.status_code for answer in answers[:3]] == [200] * 3
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c", "a" * 300 + "@b.c", "x\ny@b.c"])
def test_what_is_no_address_is_said_so(client: httpx.Client, email: str) -> None:
    assert client.post(ENTER, data={"email": email}).status_code == 422


def test_a_link_and_a_cookie_of_one_company_are_worth_nothing_at_another(
    kernel: Kernel,
    client: httpx.Client,
    layla: Guest,
    post_office: MailServer,
) -> None:
    with fresh_tenant(kernel, "otherportal", addons=("contacts",)) as other:
        _try_elsewhere(client, _token(post_office), f"{other.slug}.localhost")


def _try_elsewhere(client: httpx.Client, token: str, host: str) -> None:
    there = client.post(f"https://{host}{LINK}", data={"token": token})
    assert there.status_code == 404
    _enter(client, token)
    secret = client.cookies["__Host-portal"]
    headers = {"cookie": f"__Host-portal={secret}"}
    assert client.get(f"https://{host}{HOME}", headers=headers).status_code == 303


def test_only_digests_of_secrets_are_stored(
    session: Session, client: httpx.Client, layla: Guest, post_office: MailServer
) -> None:
    token = _token(post_office)
    _enter(client, token)
    secret = client.cookies["__Host-portal"]
    for table in ("portal_link", "portal_session", "portal_access"):
        rows = session.execute(text(f"SELECT * FROM contacts.{table}"))
        kept = " ".join(str(tuple(row)) for row in rows)
        assert kept
        assert token not in kept
        assert secret not in kept


def test_a_forged_form_changes_nothing(
    client: httpx.Client, layla: Guest, post_office: MailServer
) -> None:
    token = _token(post_office)
    forged = {"sec-fetch-site": "cross-site"}
    assert client.post(LINK, data={"token": token}, headers=forged).status_code == 403
    assert client.post(ENTER, data={"email": "x@y.z"}, headers=forged).status_code == 403
    assert _enter(client, token).status_code == 303


def test_at_the_portal_nobody_is_a_user_and_no_user_is_at_the_portal(
    client: httpx.Client, layla: Guest, post_office: MailServer, as_user: AsUser
) -> None:
    _enter(client, _token(post_office))
    assert "/login" in client.get("/contacts/contacts").headers["location"]
    assert client.get("/api/v1/contacts/contacts").status_code == 401
    assert as_user().get(HOME).status_code == 303


def test_a_page_of_an_addon_asks_who_is_there_and_checks_its_forms(
    kernel: Kernel, tenant: Tenant, client: httpx.Client, layla: Guest, post_office: MailServer
) -> None:
    _enter(client, _token(post_office))
    cookies = {"__Host-portal": client.cookies["__Host-portal"]}
    with kernel.session(tenant) as session:
        asked = Request(method="GET", path="/sales/portal/7", tenant=binding(session).tenant)
        assert portal_contact(session, asked) is None
        assert to_the_door(asked).url == "/contacts/portal/enter?next=/sales/portal/7"
        inside = Request(method="GET", path="/x", tenant=binding(session).tenant, cookies=cookies)
        visitor = portal_contact(session, inside)
        assert visitor is not None
        assert visitor.person_id == layla.id
        assert visitor.contact_id == session.get_one(Contact, layla.id).parent_id
        sent = Request(method="POST", path="/x", tenant=binding(session).tenant, cookies=cookies)
        with pytest.raises(Forbidden):
            portal_contact(session, sent)


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "", "/a\nb", "x"]
)
def test_nobody_is_led_to_another_host(wanted: str) -> None:
    assert safe_goal(wanted) == "/contacts/portal"
    assert safe_goal("/sales/portal/7") == "/sales/portal/7"


def test_an_invitation_needs_an_address_a_mail_server_and_the_right(
    kernel: Kernel, tenant: Tenant, session: Session, as_user: AsUser, post_office: MailServer
) -> None:
    made = add_contact(session, {"name": "Cedar"})
    session.commit()
    contact = session.get_one(Contact, made.id)
    with pytest.raises(InvalidInput, match="no e-mail address"):
        access.invite(session, contact)
    url = f"/api/v1/contacts/contacts/{made.id}/actions/invite"
    assert as_user("contacts.reader").post(url).status_code == 403
    with pytest.raises(Conflict, match="no access"):
        access.revoke(session, contact)


def test_without_a_mail_server_nobody_is_invited(session: Session) -> None:
    made = add_contact(session, {"name": "Cedar", "email": "c@cedar.example"})
    with pytest.raises(Conflict, match="Mail is not set up"):
        access.invite(session, session.get_one(Contact, made.id))
