"""Somebody who owes, as a test lets him pay."""

from __future__ import annotations

from decimal import Decimal

import httpx
from sqlalchemy import select

from addons.contacts.models import PortalAccess
from addons.contacts.services.portal import sessions
from addons.sales.models import Invoice, PaymentIntent
from core.auth.client import Client
from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import Shop


class Payer:
    """Somebody at a customer's, inside the portal, who owes for two invoices."""

    def __init__(self, kernel: Kernel, tenant: Tenant, http: httpx.Client, amounts: list[str]):
        self.kernel, self.tenant, self.http = kernel, tenant, http
        with kernel.session(tenant) as session:
            shop = Shop(session)
            self.contact = shop.customer(email="payer@house.example")
            row = PortalAccess(contact_id=self.contact, granted_by="test", granted_at=utc_now())
            session.add(row)
            session.flush()
            self.secret = sessions.begin(session, row.id, Client("203.0.113.7", "host"))
            self.invoices = [
                shop.invoiced(shop.delivered(shop.sold("1", price, contact_id=self.contact))).id
                for price in amounts
            ]
        http.cookies.set(sessions.COOKIE, self.secret, domain=f"{tenant.slug}.localhost")

    def post(self, path: str, **fields: str | list[str]) -> httpx.Response:
        token = sessions.form_token(self.secret)
        return self.http.post(f"/sales/portal/{path}", data={"portal_token": token, **fields})

    def begin(self, place: int = 0, gateway: str = "teller") -> PaymentIntent:
        """Begin to pay one of the invoices."""
        answer = self.post(f"invoices/{self.invoices[place]}/pay", gateway=gateway)
        assert "Go on" in answer.text, answer.text
        with self.kernel.session(self.tenant) as session:
            latest = select(PaymentIntent).order_by(PaymentIntent.id.desc()).limit(1)
            return session.scalars(latest).one()

    def open(self) -> list[Decimal]:
        """What is open of each invoice."""
        with self.kernel.session(self.tenant) as session:
            return [session.get_one(Invoice, key).residual for key in self.invoices]
