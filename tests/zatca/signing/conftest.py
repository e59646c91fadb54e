"""A shop whose till signs by itself, and the stand-in of the authority that certified it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from addons.zatca.models import Device, Document, Unmade
from addons.zatca.services.devices import create_device
from addons.zatca.services.doctor import examine
from addons.zatca.services.invariants import INVARIANTS
from core.auth.users import ADMIN_ROLE
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tenants.testing.tenants import fresh_tenant
from tests.pos.shop import TillShop
from tests.zatca.authority.server import StandIn
from tests.zatca.signing.signing_till import SigningTill
from tests.zatca.trade.trader import have_seller


@pytest.fixture(scope="module")
def authority() -> Iterator[StandIn]:
    with StandIn() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AORABOOKS_ZATCA_GATEWAY", running.url)
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield running


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "signingtills", addons=("zatca", "pos", "vat", "inventory")) as made:
        yield made


@dataclass
class SigningShop:
    """A company whose tills sign, in the words of a test."""

    shop: TillShop
    tea: int
    authority: StandIn
    browser: httpx.Client

    @property
    def cash(self) -> int:
        return self.shop.methods["cash"]

    def till(self, code: str) -> SigningTill:
        """A till with an open session."""
        made = SigningTill(self.shop.till(code))
        made.till.open()
        return made

    def device(self, till: SigningTill, **more: Any) -> str:
        """The page on which the device of a till is registered."""
        values = {"name": f"Till {till.till.code}", "environment": "simulation", **more}
        with self.shop.kernel.session(self.shop.tenant) as session:
            values |= {"register_id": till.till.register, "held_by": "till"}
            return f"/zatca/registration/{create_device(session, values).id}"

    def registered(self, code: str) -> SigningTill:
        """A till that signs, as it is after its registration."""
        till = self.till(code)
        page = self.device(till)
        self.browser.post(f"{page}/key")
        assert till.sign_what_is_asked() == "csr"
        self.browser.post(
            f"{page}/compliance", data={"otp": self.authority.register.new_password()}
        )
        assert till.sign_what_is_asked() == "compliance"
        self.browser.post(f"{page}/documents")
        self.browser.post(f"{page}/production")
        assert till.load()["signs"]
        return till

    def tea_of(self, quantity: str = "1") -> dict[str, Any]:
        return self.shop.line(self.tea, "11.50", quantity, label="Tea | شاي")

    def sell(self, till: SigningTill) -> dict[str, Any]:
        """One tea, signed and still in the outbox."""
        return till.sell(self.tea_of(), method=self.cash)

    def sync(self, till: SigningTill) -> None:
        """Send what a till has, and work off all that follows."""
        till.till.sync()
        work_off(self.shop.kernel, self.shop.tenant)
        till.till.outbox.clear()

    def documents(self, till: SigningTill) -> list[Document]:
        """What is stored of a till's chain."""
        with self.shop.kernel.session(self.shop.tenant) as session:
            own = select(Device.id).where(Device.serial == till.terms["device"])
            wanted = select(Document).where(Document.device_id == own.scalar_subquery())
            wanted = wanted.options(undefer(Document.xml)).order_by(Document.counter)
            return list(session.scalars(wanted))

    def refusal(self, operation: dict[str, Any]) -> str:
        """Why a till's document does not stand for its sale, which is booked all the same."""
        number = operation["payload"]["number"]
        assert self.shop.rows("SELECT number FROM pos.sale WHERE number = :n", n=number)
        with self.shop.kernel.session(self.shop.tenant) as session:
            found = session.scalars(select(Unmade).where(Unmade.number == number)).one()
            return " ".join(str(one["message"]) for one in found.problems)


def complaints(shop: SigningShop, till: SigningTill) -> list[str]:
    """What the chain doctor says of a till's chain; the nightly invariants hold."""
    with shop.shop.kernel.session(shop.shop.tenant) as session:
        own = session.scalars(select(Device.id).where(Device.serial == till.terms["device"])).one()
        assert all(one.check(session).holds for one in INVARIANTS)
        return [str(one.message) for one in examine(session, own)[0].complaints]


@pytest.fixture(scope="module")
def shop(
    kernel: Kernel,
    tenant: Tenant,
    transport: AppTransport,
    authority: StandIn,
) -> Iterator[SigningShop]:
    host = f"{tenant.slug}.localhost"
    with open_browser(transport, host) as http, open_browser(transport, host) as browser:
        sign_in(kernel, tenant, browser, (ADMIN_ROLE,))
        made = TillShop(kernel, tenant, http)
        with kernel.session(tenant) as session:
            have_seller(session)
        yield SigningShop(made, made.product("11.50", stocked="0"), authority, browser)
