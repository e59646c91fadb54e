"""A customer looks at what is theirs at the portal, or by a mailed link, and answers a quotation.
Somebody else tries to see or sign it: with guessed numbers, another customer's session, a link that is
over, a page that is out of date."""

from __future__ import annotations

import hashlib
import itertools
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from addons.contacts.models import Contact, PortalAccess
from addons.contacts.services.merging import merge_contacts
from addons.contacts.services.portal import access, sessions
from addons.sales.models import DocumentView, OrderAnswer, SalesOrder
from addons.sales.services.confirming import confirm_order
from addons.sales.services.invariants import INVARIANTS
from addons.sales.services.portal.links import new_link, withdraw_links
from addons.sales.services.quoting import begin_version, mark_sent
from core.auth.client import Client
from core.conversation.models import Entry, Follower
from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.sales.conftest import Shop
from tests.workspace.conftest import Person, hired

D = Decimal
PORTAL = "/sales/portal"
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk"
    "YAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "salesportal", addons=("sales",)) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def staff(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    """The administrator, who wrote nothing of what follows."""
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, None)


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody at a customer's, inside the portal."""

    http: httpx.Client
    company: int
    person: int
    token: str

    def get(self, path: str) -> httpx.Response:
        return self.http.get(f"{PORTAL}/{path}")

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.http.post(f"{PORTAL}/{path}", data={"portal_token": self.token, **fields})


Enter = Callable[[], Buyer]


@pytest.fixture
def enter(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Enter]:
    """Somebody of a new customer, each time."""
    with ExitStack() as stack:
        yield lambda: _entered(stack, kernel, transport, tenant)


def _entered(stack: ExitStack, kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Buyer:
    name = f"Buyer{next(_NUMBERS)}"
    with kernel.session(tenant) as session:
        shop = Shop(session)
        company = shop.customer(name=f"House of {name}")
        person = shop.customer(
            name=name, kind="person", parent_id=company, email=f"{name.lower()}@house.example"
        )
        row = PortalAccess(contact_id=person, granted_by="test", granted_at=utc_now())
        session.add(row)
        session.flush()
        secret = sessions.begin(session, row.id, Client("203.0.113.7", "host", "Firefox"))
    http = browser_of(stack, transport, tenant)
    http.cookies.set(sessions.COOKIE, secret, domain=f"{tenant.slug}.localhost")
    return Buyer(http, company, person, sessions.form_token(secret))


def browser_of(stack: ExitStack, transport: AppTransport, tenant: Tenant) -> httpx.Client:
    """A browser in which nobody is signed in."""
    headers = {"sec-fetch-site": "same-origin", "accept-language": "en", "user-agent": "Firefox"}
    return stack.enter_context(
        httpx.Client(
            transport=transport,
            base_url=f"https://{tenant.slug}.localhost",
            headers=headers,
            timeout=60,
        )
    )


@pytest.fixture
def outsider(transport: AppTransport, tenant: Tenant) -> Iterator[httpx.Client]:
    with ExitStack() as stack:
        yield browser_of(stack, transport, tenant)


def quoted(kernel: Kernel, tenant: Tenant, customer: int, **more: object) -> int:
    """A quotation that was sent to a customer."""
    with kernel.session(tenant) as session:
        shop = Shop(session)
        line = {"product_id": shop.product("100", kind="service"), "quantity": D(2)}
        values = {"day": date(2026, 3, 14), **more}
        return mark_sent(session, shop.order(line, contact_id=customer, **values)).id


def linked(kernel: Kernel, tenant: Tenant, order_id: int) -> str:
    """The path of a link to an order."""
    with kernel.session(tenant) as session:
        url = new_link(session, session.get_one(SalesOrder, order_id), "a@b.example")
    return url[url.index(PORTAL) :]


def digest_on(page: httpx.Response) -> str:
    """What the page says that it shows."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page.text)
    assert found is not None, page.text
    return found[1]


def state_of(kernel: Kernel, tenant: Tenant, order_id: int) -> str:
    with kernel.session(tenant) as session:
        return session.get_one(SalesOrder, order_id).state


def test_a_quotation_is_accepted_with_a_name_and_evidence_is_kept(
    kernel: Kernel, tenant: Tenant, enter: Enter, staff: Person
) -> None:
    buyer = enter()
    order_id = quoted(kernel, tenant, buyer.company)
    page = buyer.get(f"orders/{order_id}")
    assert page.status_code == 200
    assert "Waits for your answer" in page.text
    answer = buyer.post(
        f"orders/{order_id}/accept", name="Layla  Haddad", seen=digest_on(page), drawing=PIXEL
    )
    assert answer.status_code == 303, answer.text
    assert state_of(kernel, tenant, order_id) == "confirmed"
    with kernel.session(tenant) as session:
        kept = session.scalars(select(OrderAnswer).where(OrderAnswer.order_id == order_id)).one()
        assert (kept.name, kept.kind, kept.confirmed) == ("Layla Haddad", "accepted", True)
        assert (kept.via, kept.person_id, kept.user_agent) == ("portal", buyer.person, "Firefox")
        assert kept.address
        assert kept.content["total"] == "200"
        said = session.scalars(select(Entry).order_by(Entry.id.desc()).limit(1)).one()
        assert "accepted the quotation" in said.body
    evidence = staff.http.get(f"/sales/orders/{order_id}/evidence")
    assert kept.content_digest in evidence.text
    pdf = staff.http.get(f"/sales/orders/{order_id}/evidence/{kept.id}/pdf")
    assert hashlib.sha256(pdf.content).hexdigest() == kept.document_digest
    drawing = staff.http.get(f"/sales/orders/{order_id}/evidence/{kept.id}/drawing")
    assert drawing.content.startswith(b"\x89PNG")
    again = buyer.post(f"orders/{order_id}/accept", name="Layla", seen=kept.content_digest)
    assert again.status_code == 409
    assert "accepted by Layla Haddad already" in again.text
