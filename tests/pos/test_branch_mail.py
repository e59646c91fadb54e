"""After midnight the owner reads by mail what each branch's tills did: what was sold and taken
back, how it was paid, where the count differed, and what is still open at which till. One mail
for each branch that sold, however often the planning runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from addons.pos.options import TillOptions
from addons.pos.services.branch_mail import PLAN_DAY_MAILS
from core.addons.options import set_options
from core.api import today
from core.errors import InvalidInput
from core.jobs.queue import enqueue
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport, open_browser
from tenants.testing.tenants import fresh_tenant
from tests.auth.mail_server import MailServer, mail_server
from tests.pos import sample_client
from tests.pos.shop import TillShop


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A shop with books and taxes, for the tests of this file."""
    with fresh_tenant(kernel, "tilldays", addons=("pos", "vat", "inventory")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def yesterday(kernel: Kernel, tenant: Tenant) -> date:
    """The day before this one where the company is."""
    with kernel.session(tenant) as session:
        return today(session) - timedelta(days=1)


@pytest.fixture(scope="module")
def shop(
    kernel: Kernel, tenant: Tenant, transport: AppTransport, yesterday: date
) -> Iterator[TillShop]:
    """Tills that sold yesterday in the town and at the harbour, and today at the airport."""
    with open_browser(transport, f"{tenant.slug}.localhost") as http:
        shop = TillShop(kernel, tenant, http)
        noon = datetime.combine(yesterday, time(12), ZoneInfo(tenant.timezone)).astimezone(UTC)
        written = noon.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sample_client, "now", lambda: written)
            _town(shop)
            _harbour(shop)
        airport = shop.till("A01")
        airport.open()
        airport.sell(shop.line(shop.product()), method=shop.methods["cash"])
        airport.sync()
        shop.book()
        _place(shop, A01="Airport", R01="Town", H01="Harbour")
        yield shop


def _town(shop: TillShop) -> None:
    """Two receipts, one of them cheaper than its price, and one taken back; closed five short."""
    tea = shop.product("10.00")
    till = shop.till("R01")
    till.open()
    sold = till.sell(shop.line(tea, "10.00", "2"), method=shop.methods["cash"])
    till.sell(shop.line(tea, "9.00", "1"), method=shop.methods["card"])
    back = shop.line(tea, "10.00", "-1", of={"sale": sold["sync_id"], "line": 1})
    till.refund(back, method=shop.methods["cash"])
    till.close([(shop.methods["cash"], "106.50"), (shop.methods["card"], "10.35")])
    till.sync()
    shop.book()
    till.sync()


def _harbour(shop: TillShop) -> None:
    """One sold, nobody closed, and the till says that it holds more than it sends."""
    till = shop.till("H01")
    till.open()
    till.sell(shop.line(shop.product("20.00"), "20.00"), method=shop.methods["cash"])
    kept = till.add("logged", {"session": till.session, "cashier": None, "what": "no_sale"})
    till.send([one for one in till.outbox if one is not kept])
    shop.book()


def _place(shop: TillShop, **branches: str) -> None:
    with shop.kernel.session(shop.tenant) as session:
        for code, name in branches.items():
            session.execute(text("INSERT INTO core.branch (name) VALUES (:name)"), {"name": name})
            session.execute(
                text(
                    "UPDATE pos.register SET branch_id = (SELECT id FROM core.branch"
                    " WHERE name = :name) WHERE code = :code"
                ),
                {"name": name, "code": code},
            )


@pytest.fixture
def post_office(kernel: Kernel) -> Iterator[MailServer]:
    """A mail server on a real socket."""
    with mail_server() as server:
        before = kernel.config
        address = f"smtp://127.0.0.1:{server.port}?from=books@example.com"
        object.__setattr__(kernel, "config", replace(before, smtp_url=address))
        yield server
        object.__setattr__(kernel, "config", before)


def after_midnight(shop: TillShop) -> None:
    """The planned job runs, and what it asked for."""
    with shop.kernel.session(shop.tenant) as session:
        enqueue(session, PLAN_DAY_MAILS)
    shop.book()


def _text(mail: EmailMessage) -> str:
    return mail.get_content().replace("\r\n", "\n")


def test_one_mail_for_each_branch_that_sold_however_often_it_is_planned(
    shop: TillShop, post_office: MailServer, yesterday: date
) -> None:
    after_midnight(shop)
    assert post_office.messages == []  # nobody asked for one
    with shop.kernel.session(shop.tenant) as session:
        set_options(session, TillOptions, day_mail_to="owner@example.com, desk@example.com")
    after_midnight(shop)
    after_midnight(shop)
    mails = {mail["Subject"].split(",")[0]: mail for mail in post_office.messages}
    assert len(post_office.messages) == 2
    assert mails.keys() == {"Town", "Harbour"}
    assert set(post_office.recipients) == {"owner@example.com", "desk@example.com"}
    assert str(yesterday.year) in mails["Town"]["Subject"]

    town = _text(mails["Town"])
    assert mails["Town"]["Subject"].endswith("21.85 SAR sold")
    assert "Sales: 33.35 SAR (2)" in town
    assert "Refunds: -11.50 SAR (1)" in town
    assert "Cash: 11.50 SAR (2)" in town
    assert "Card: 10.35 SAR (1)" in town
    assert "R01-Z-00001: -5.00 SAR" in town
    assert "A price is not the one that held. (1)" in town
    assert "Not closed" not in town

    harbour = _text(mails["Harbour"])
    assert "Not closed\nH01 Till H01" in harbour
    assert "Not synced\nH01: 1" in harbour
    assert "R01" not in harbour
    assert "Difference" not in harbour


def test_what_is_no_address_is_refused(shop: TillShop) -> None:
    with (
        shop.kernel.session(shop.tenant) as session,
        pytest.raises(InvalidInput, match="somebody"),
    ):
        set_options(session, TillOptions, day_mail_to="owner@example.com, somebody")
