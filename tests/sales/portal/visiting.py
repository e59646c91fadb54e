"""Customers at the portal, as tests see them: somebody inside, browsers, quotations and links."""

import itertools
import re
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import httpx

from addons.contacts.models import PortalAccess
from addons.contacts.services.portal import sessions
from addons.sales.models import SalesOrder
from addons.sales.services.portal.links import new_link
from addons.sales.services.quoting import mark_sent
from core.auth.client import Client
from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tests.sales.conftest import Shop

PORTAL = "/sales/portal"
_NUMBERS = itertools.count(1)


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


def entered(stack: ExitStack, kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Buyer:
    """Somebody of a new customer, who came in."""
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


def quoted(kernel: Kernel, tenant: Tenant, customer: int, **more: object) -> int:
    """A quotation that was sent to a customer."""
    with kernel.session(tenant) as session:
        shop = Shop(session)
        service = shop.product("100", kind="service")
        line = {"product_id": service, "quantity": Decimal(2), "price": Decimal(100)}
        values = {"day": date(2026, 3, 14), **more}
        return mark_sent(session, shop.order(line, contact_id=customer, **values)).id


def linked(kernel: Kernel, tenant: Tenant, order_id: int) -> str:
    """The path of a link to an order."""
    with kernel.session(tenant) as session:
        url = new_link(session, session.get_one(SalesOrder, order_id), "a@b.example")
    return url[url.index(PORTAL) :]


def at(link: str, action: str) -> str:
    """Where a form on the page of a link goes."""
    return link.replace("?", f"/{action}?")


def digest_on(page: httpx.Response) -> str:
    """What the page says that it shows."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page.text)
    assert found is not None, page.text
    return found[1]


def state_of(kernel: Kernel, tenant: Tenant, order_id: int) -> str:
    """Where an order stands."""
    with kernel.session(tenant) as session:
        return session.get_one(SalesOrder, order_id).state
