"""The operator's and resellers' people come into a company by its consent alone: for a time, to
look unless they may change something, in everybody's sight, and in the audit trail for good."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update

from core.auth.credentials import SESSION_COOKIE
from core.auth.csrf import HEADER, csrf_token
from core.auth.models import LoginSession, User
from core.auth.permissions import WITHHELD_FROM_GUESTS
from core.auth.seats import active_users
from core.auth.users import ADMIN_ROLE
from core.db.audit_models import AuditEntry
from core.db.base import utc_now
from core.guests.access import end
from core.guests.models import GuestAccess
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.permissions import ONLOOKER
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.tenants.sellers import seller

GUESTS = "/settings/guests"
HEADERS = {"Idempotency-Key": "as-a-guest"}


@dataclass(frozen=True, slots=True)
class Scene:
    """A company, its administrator's browser, one of the operator's staff, and fresh browsers."""

    kernel: Kernel
    company: Tenant
    admin: httpx.Client
    support: httpx.Client
    visit: Callable[[str], httpx.Client]

    @property
    def asking(self) -> str:
        return f"/tenants/customers/{self.company.id}/guests"

    def ask(self, reason: str = "Look at an invoice") -> int:
        """Ask by the support's browser; the request's id in the company."""
        answer = self.support.post(self.asking, data={"reason": reason})
        assert answer.status_code == 303, answer.text
        with self.kernel.session(self.company) as session:
            newest = select(GuestAccess.id).order_by(GuestAccess.id.desc()).limit(1)
            return session.scalars(newest).one()

    def let_in(self, access_id: int, **form: str) -> httpx.Response:
        """Agree, as the administrator, with the role that the page offers first of all."""
        page = self.admin.get(GUESTS).text
        role = re.findall(r'<option value="(\d+)" selected>', page)[-1]
        sent = {"hours": "4", "role": role, **form}
        return self.admin.post(f"{GUESTS}/{access_id}/let-in", data=sent)

    def door(self) -> httpx.URL:
        """The door that the support's browser is sent to."""
        entrance = re.search(rf'action="({self.asking}/[0-9a-f-]+/enter)"', self._requests())
        assert entrance is not None
        answer = self.support.post(entrance[1], headers={"HX-Request": "true"})
        return httpx.URL(answer.headers["hx-redirect"])

    def come_in(self) -> httpx.Client:
        """Go through the door, in a browser of its own."""
        url = self.door()
        guest = self.visit(url.host)
        assert "let in until" in guest.get(url.raw_path.decode()).text
        answer = guest.post(url.path, data={"ticket": url.params["ticket"]})
        assert answer.status_code == 303, answer.text
        guest.headers[HEADER] = csrf_token(guest.cookies[SESSION_COOKIE])
        return guest

    def _requests(self) -> str:
        return self.support.get(self.asking).text


@pytest.fixture
def scene(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Scene]:
    with ExitStack() as stack:

        def visit(host: str) -> httpx.Client:
            return stack.enter_context(open_browser(transport, host))

        admin, support = visit(f"{tenant.slug}.localhost"), visit("app.localhost")
        sign_in(kernel, tenant, admin, [ADMIN_ROLE])
        sign_in(kernel, control(kernel), support, [ONLOOKER.code])
        yield Scene(kernel, tenant, admin, support, visit)
        with kernel.session(tenant) as session:
            for access in session.scalars(select(GuestAccess)):
                end(session, access)


def test_a_guest_looks_and_changes_nothing(scene: Scene) -> None:
    with scene.kernel.session(scene.company) as session:
        seats = active_users(session)
    access_id = scene.ask("Invoice 17 <b>does not add up</b>")
    assert "Invoice 17 &lt;b&gt;" in scene.admin.get(GUESTS).text
    assert "Invoice 17" in scene.admin.get("/settings/repairs").text
    assert scene.let_in(access_id).status_code == 303
    guest = scene.come_in()
    assert guest.get("/settings/data").status_code == 200
    listed = guest.get("/api/v1/core/users")
    assert listed.status_code == 403  # whoever manages users could stay
    refused = guest.post("/settings/options/core.company", data={"name": "Mine"})
    assert refused.status_code == 403
    assert "nothing can be changed" in refused.text
    for page in (guest.get("/settings/data").text, scene.admin.get("/settings/data").text):
        assert "sample-banner" in page
        assert "can only look" in page
    assert "You are a guest here" in guest.get("/settings/data").text
    with scene.kernel.session(scene.company) as session:
        assert active_users(session) == seats
    # Shown out, the next request is nobody's.
    assert scene.admin.post(f"{GUESTS}/{access_id}/end").status_code == 303
    assert guest.get("/settings/data").status_code in (303, 401)
    assert "sample-banner" not in scene.admin.get("/settings/data").text
    assert "Ended" in scene.support.get(scene.asking).text


def test_what_a_guest_may_change_bears_their_name(scene: Scene) -> None:
    access_id = scene.ask()
    assert scene.let_in(access_id, may_change="yes").status_code == 303
    guest = scene.come_in()
    made = guest.post("/api/v1/contacts/contacts", json={"name": "By a guest"}, headers=HEADERS)
    assert made.status_code == 201, made.text
    with scene.kernel.session(scene.company) as session:
        user = session.scalars(select(User).where(User.is_guest)).one()
        trail = select(AuditEntry).where(
            AuditEntry.table_name == "contacts.contact", AuditEntry.actor_id == user.id
        )
        assert session.scalars(trail.limit(1)).one().actor == user.name
    # What would let them stay, or take everything along, no role gives them.
    for method, path in (
        ("GET", "/core/users"),
        ("GET", "/account"),
        ("POST", "/account/tokens/new"),
        ("POST", "/settings/data/takeouts"),
        ("GET", GUESTS),
        ("POST", f"{GUESTS}/{access_id}/end"),
    ):
        assert guest.request(method, path).status_code == 403, path
    reset = scene.admin.post(f"/core/users/{user.id}/reset-link")
    assert reset.status_code in (404, 409)


def test_the_time_is_up_by_itself(scene: Scene) -> None:
    access_id = scene.ask()
    assert scene.let_in(access_id, hours="1").status_code == 303
    guest = scene.come_in()
    with scene.kernel.session(scene.company) as session:
        guests = select(User.id).where(User.is_guest)
        found = session.scalars(
            select(LoginSession).where(
                LoginSession.user_id.in_(guests), LoginSession.revoked_at.is_(None)
            )
        ).one()
        assert found.expires_at <= utc_now() + timedelta(hours=1)
        past = utc_now() - timedelta(seconds=1)
        found.expires_at = past
        session.execute(update(GuestAccess).where(GuestAccess.id == access_id).values(until=past))
    scene.kernel.actors.forget(scene.company.id)
    assert guest.get("/settings/data").status_code in (303, 401)
    assert "sample-banner" not in scene.admin.get("/settings/data").text


def test_a_ticket_is_good_once_and_only_with_consent(scene: Scene) -> None:
    access_id = scene.ask()
    assert "/enter" not in scene.support.get(scene.asking).text
    again = scene.support.post(scene.asking, data={"reason": "Once more"})
    assert again.status_code == 409
    assert scene.let_in(access_id).status_code == 303
    url = scene.door()
    stranger = scene.visit(url.host)
    for ticket in ("", "made-up"):
        assert stranger.post(url.path, data={"ticket": ticket}).status_code == 404
    assert stranger.post(url.path, data=dict(url.params)).status_code == 303
    assert scene.visit(url.host).post(url.path, data=dict(url.params)).status_code == 404
    # Shown out while a ticket is on its way: it opens nothing any more.
    url = scene.door()
    assert scene.admin.post(f"{GUESTS}/{access_id}/end").status_code == 303
    assert scene.visit(url.host).post(url.path, data=dict(url.params)).status_code == 404


def test_nobody_else_comes_in_by_an_answer(
    scene: Scene, kernel: Kernel, transport: AppTransport
) -> None:
    access_id = scene.ask()
    assert scene.let_in(access_id).status_code == 303
    entrance = re.search(r'action="([^"]+/enter)"', scene.support.get(scene.asking).text)
    assert entrance is not None
    colleague = scene.visit("app.localhost")
    sign_in(kernel, control(kernel), colleague, [ONLOOKER.code])
    assert colleague.post(entrance[1]).status_code == 404
    with seller(kernel, transport) as stranger:  # a reseller whose customer this is not
        assert stranger.browser.get(scene.asking).status_code == 404
        asked = stranger.browser.post(scene.asking, data={"reason": "Curious"})
        assert asked.status_code == 404


@pytest.mark.parametrize(("field", "value"), [("hours", "0"), ("hours", "999"), ("role", "x")])
def test_an_answer_that_cannot_be_is_refused(scene: Scene, field: str, value: str) -> None:
    answer = scene.let_in(scene.ask(), **{field: value})
    assert answer.status_code == 422
    assert "alert-danger" in answer.text


def test_an_answer_is_given_once(scene: Scene) -> None:
    access_id = scene.ask()
    assert scene.admin.post(f"{GUESTS}/{access_id}/refuse").status_code == 303
    assert "Refused" in scene.support.get(scene.asking).text
    assert scene.admin.post(f"{GUESTS}/{access_id}/refuse").status_code == 409
    assert scene.support.post(scene.asking, data={"reason": " "}).status_code == 422


def test_what_is_withheld_from_guests_exists(kernel: Kernel) -> None:
    declared = {owned.item.code for owned in kernel.catalog.contributions.permissions}
    assert declared >= WITHHELD_FROM_GUESTS
